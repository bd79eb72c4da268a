import { Strict } from '../contract/common.ts'
import { IndividualId } from '../contract/individuals.ts'
import { Conversion, ConversionCreate } from '../contract/merges.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { convertLead } from '../record/conversion.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { fieldError, notFound } from './errors.ts'
import { refusing } from './merges.ts'

export function conversionRoutes(api: Api, { pool, changes }: ApiDeps): void {
  api.post('/individuals/:id/conversion', {
    config: { access: { role: 'agent', scope: 'individuals:write' } },
    schema: {
      tags: ['individuals'], summary: 'Convert a lead into a contact', params: Strict({ id: IndividualId }), body: ConversionCreate, response: { 201: Conversion },
      description: 'Into the contact `contactId`, or into a new one, which gets the account `accountId` if that is given. The contact gets what it does not have of the '
        + 'lead’s names, phones, e-mails and attributes, and the lead’s messaging users; who has another contact already keeps it.',
    },
  }, async ({ caller, params: { id }, body: { contactId, accountId } }, reply) => {
    if (contactId === id) throw fieldError('contactId', 'is the lead itself')
    const converted = await refusing(convertLead(pool, {
      leadId: toUuid(id), contactId: contactId && toUuid(contactId), accountId: accountId && toUuid(accountId),
    }, actorOf(caller)))
    if (!converted) throw notFound('individual', id)
    const { users, movedCount } = converted
    const madeId = toTypeId('in', converted.contactId)
    changes.publish([
      { type: 'individual', id }, { type: 'individual', id: madeId },
      ...users.map(({ userId, channelId }) => ({ type: 'messaging-user' as const, id: toTypeId('mu', userId), channelId: toTypeId('ch', channelId) })),
    ])
    return reply.code(201).send({ leadId: id, contactId: madeId, movedCount, keptCount: users.length - movedCount })
  })
}
