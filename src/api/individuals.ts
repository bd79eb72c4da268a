import {
  ExternalParams, Individual, IndividualCreate, IndividualId, IndividualQuery, IndividualUpdate, IndividualUpsert,
} from '../contract/individuals.ts'
import { Page, Strict } from '../contract/common.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { deleteIndividual } from '../record/delete-record.ts'
import { saveIndividuals } from '../record/individuals.ts'
import type { Wish } from '../record/save.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { ApiError, notFound } from './errors.ts'
import { listIndividuals, mergedError, readIndividual } from './individual-row.ts'
import { changedUsers, savedOne, type RecordName } from './saving.ts'

const tags = ['individuals']
const params = Strict({ id: IndividualId })
const read = { access: { role: 'viewer', scope: 'individuals:read' } } as const
const write = { access: { role: 'agent', scope: 'individuals:write' } } as const
export const individualName: RecordName = { prefix: 'in', what: 'individual' }
const lists = 'Phones, e-mails and external ids that are given replace those there are; `attributes` are merged, and null removes one.'

/** Contacts, leads, employees and person accounts. */
export function individualRoutes(api: Api, { pool, changes }: ApiDeps): void {
  /** @param id as the caller gave it, for what there is to say */
  const save = async (wish: Wish<IndividualUpsert>, id: string) => {
    const saved = savedOne(await saveIndividuals(pool, [wish]), individualName, id)
    const individualId = toTypeId('in', saved.id)
    if (saved.outcome !== 'unchanged') changes.publish([{ type: 'individual', id: individualId }])
    const individual = await readIndividual(pool, individualId)
    if ('mergedInto' in individual) throw new ApiError('conflict', `${individualId} was merged into ${individual.mergedInto}`)
    return { individual, isNew: saved.outcome === 'created' }
  }

  api.get('/individuals', {
    config: read,
    schema: {
      tags, summary: 'List individuals, newest first', querystring: IndividualQuery, response: { 200: Page(Individual) },
      description: '`q` finds by name (every word must occur), by part of a phone number or of an e-mail. '
        + 'If nobody is found, those with the names most like it.',
    },
  }, ({ query }) => listIndividuals(pool, query))

  api.get('/individuals/:id', {
    config: read,
    schema: {
      tags, summary: 'Read an individual', params, response: { 200: Individual },
      description: 'The id of an individual that was merged into another answers 308 with the address of the other.',
    },
  }, async ({ params: { id } }, reply) => {
    const individual = await readIndividual(pool, id)
    if ('mergedInto' in individual) return reply.redirect(`/api/v1/individuals/${individual.mergedInto}`, 308)
    return individual
  })

  api.post('/individuals', {
    config: write,
    schema: {
      tags, summary: 'Create an individual', body: IndividualCreate, response: { 201: Individual },
      description: 'Needs `name`, or `firstName` or `lastName` to make it of.',
    },
  }, async ({ body }, reply) => reply.code(201).send((await save({ externalIds: [], change: stored(body) }, '')).individual))

  api.patch('/individuals/:id', {
    config: write,
    schema: { tags, summary: 'Change an individual', params, body: IndividualUpdate, response: { 200: Individual }, description: lists },
  }, async ({ params: { id }, body }) => (await save({ id: toUuid(id), externalIds: [], change: stored(body) }, id)).individual)

  api.put('/individuals/external/:system/:externalId', {
    config: write,
    schema: {
      tags, summary: 'Create or change the individual of an external id', params: ExternalParams, body: IndividualUpsert,
      response: { 200: Individual, 201: Individual }, description: `201 when it was created, which needs \`kind\` and a name; else 200. ${lists}`,
    },
  }, async ({ params: external, body }, reply) => {
    const { individual, isNew } = await save({ externalIds: [external], change: stored(body) }, external.externalId)
    return reply.code(isNew ? 201 : 200).send(individual)
  })

  api.delete('/individuals/:id', {
    config: write,
    schema: {
      tags, summary: 'Delete an individual', params,
      description: 'Its messaging users stay and are unlinked, with the reason in their links. Its external ids are free for others.',
    },
  }, async ({ caller, params: { id } }, reply) => {
    const deletion = await deleteIndividual(pool, toUuid(id), actorOf(caller))
    if (deletion.outcome === 'absent') throw notFound('individual', id)
    if (deletion.outcome === 'merged') throw mergedError('in', id, deletion.mergedInto)
    changes.publish([{ type: 'individual', id }])
    changes.publish(changedUsers(deletion.users))
    return reply.code(204).send()
  })
}

/** A change with the ids as they are stored. */
export const stored = <Change extends IndividualUpsert>(change: Change): Change =>
  (change.accountId ? { ...change, accountId: toUuid(change.accountId) } : change)
