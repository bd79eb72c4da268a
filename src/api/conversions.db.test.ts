import { uuidv7 } from 'uuidv7'
import { afterAll, describe, expect, test } from 'vitest'
import { startRecords } from '../../test/records.ts'
import type { Conversion } from '../contract/merges.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { applyLinkRules, setLinkRule } from '../record/link-rules.ts'

const { api, call, create, account, individual, user, links, newNumber, linked, stop } = await startRecords()
afterAll(stop)

describe('a lead that is converted', () => {
  const convert = (id: string, body = {}) => call<Conversion>('POST', `/individuals/${id}/conversion`, body)

  test('becomes a new contact with what is known of it, and its messaging users', async () => {
    const number = newNumber()
    const acme = await account({ name: 'Acme' })
    const lead = await create({ kind: 'lead', firstName: 'Lea', lastName: 'Dorn', language: 'de', phones: [{ number, isVerified: true }], emails: [{ email: 'lea@example.com' }] })
    const person = await linked(number, lead.id, 'lead')
    const answers = await Promise.all([convert(lead.id, { accountId: acme.id }), convert(lead.id, { accountId: acme.id })])
    expect(answers.map(({ status }) => status).toSorted(), 'of two at once one does it').toEqual([201, 409])
    const { body } = answers.find(({ status }) => status === 201)!
    expect(body).toMatchObject({ leadId: lead.id, movedCount: 1, keptCount: 0 })
    expect(await individual(body.contactId)).toMatchObject({
      kind: 'contact', name: 'Lea Dorn', firstName: 'Lea', language: 'de', accountId: acme.id, phones: lead.phones, emails: lead.emails, messagingUserCount: 1,
    })
    expect((await individual(lead.id)).convertedInto).toBe(body.contactId)
    expect(await call('PUT', `/messaging-users/${person}/links/lead`, { recordId: lead.id })).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining('converted') } } })
    await setLinkRule(api.database.pool, { channelType: '*', kind: 'lead', isActive: true, matchOn: ['phone'], externalIdSystem: null, whenNone: 'create', whenOne: 'auto' })
    await applyLinkRules(api.database.pool, [toUuid(person)])
    await api.database.pool.query('delete from link_rules')
    expect((await user(person)).leadId, 'no rule makes another lead of them').toBeNull()
    expect(await user(person)).toMatchObject({ leadId: null, contactId: body.contactId, accountId: acme.id })
    expect((await links(person)).filter(link => link.kind !== 'account')).toEqual(expect.arrayContaining([
      expect.objectContaining({ kind: 'contact', source: 'conversion', unlinkedAt: null }), expect.objectContaining({ kind: 'lead', unlinkReason: 'The lead was converted' }),
    ]))
  })

  test('becomes a contact there is, which keeps what it has; who has another contact keeps that', async () => {
    const lead = await create({ kind: 'lead', name: 'Lea', language: 'de', attributes: { source: 'fair' } })
    const contact = await create({ name: 'Lea Dorn', language: 'fr' })
    const other = await create({ name: 'Somebody' })
    const [moving, staying] = [await linked(newNumber(), lead.id, 'lead'), await linked(newNumber(), lead.id, 'lead')]
    await call('PUT', `/messaging-users/${staying}/links/contact`, { recordId: other.id })
    expect((await convert(lead.id, { contactId: contact.id })).body).toEqual({ leadId: lead.id, contactId: contact.id, movedCount: 1, keptCount: 1 })
    expect(await individual(contact.id)).toMatchObject({ name: 'Lea Dorn', language: 'fr', attributes: { source: 'fair' } })
    expect(await Promise.all([moving, staying].map(async id => { const { contactId, leadId } = await user(id); return [contactId, leadId] }))).toEqual([[contact.id, null], [other.id, null]])
  })

  test('is refused with words where it cannot be', async () => {
    const [lead, contact] = [await create({ kind: 'lead', name: 'L' }), await create({ name: 'C' })]
    expect(await convert(contact.id)).toMatchObject({ status: 400, body: { error: { details: [{ field: 'id' }] } } })
    expect(await convert(lead.id, { contactId: lead.id })).toMatchObject({ status: 400, body: { error: { details: [{ field: 'contactId' }] } } })
    expect(await convert(lead.id, { contactId: toTypeId('in', uuidv7()) })).toMatchObject({ status: 400, body: { error: { details: [{ field: 'contactId' }] } } })
    expect(await convert(lead.id, { accountId: toTypeId('ac', uuidv7()) })).toMatchObject({ status: 400, body: { error: { details: [{ field: 'accountId' }] } } })
    expect((await convert(toTypeId('in', uuidv7()))).status).toBe(404)
    expect((await individual(lead.id)).convertedInto, 'nothing is half done').toBeNull()
  })
})
