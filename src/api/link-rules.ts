import { Type } from 'typebox'
import { connectorOf } from '../connectors/registry.ts'
import { Id, Page, PageQuery, Strict } from '../contract/common.ts'
import { IndividualKind } from '../contract/individuals.ts'
import { idFields, LinkRule, LinkRun, LinkRunCreate } from '../contract/links.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { deleteLinkRule, setLinkRule } from '../record/link-rules.ts'
import { cancelLinkRun, startLinkRun } from '../record/link-runs.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { ApiError, fieldError, notFound } from './errors.ts'
import { micros, page, placeOf, timeOfMicros } from './paging.ts'

const tags = ['links']
const read = { access: { role: 'viewer', scope: 'messaging-users:read' } } as const
const write = { access: { role: 'admin', scope: 'messaging-users:write' } } as const
const ruleParams = Strict({ channelType: LinkRule.properties.channelType, kind: IndividualKind })
const runParams = Strict({ id: Id('lr', 'Id of a run of the link rules') })

/** What to do when nobody, one or several individuals fit, for each kind of channel and individual. */
export function linkRuleRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  api.get('/link-rules', {
    config: read,
    schema: { tags, summary: 'List the link rules', response: { 200: Page(LinkRule) } },
  }, async () => {
    const { rows } = await pool.query<LinkRule>(`
      select channel_type as "channelType", kind, is_active as "isActive", match_on as "matchOn", external_id_system as "externalIdSystem",
        when_none as "whenNone", when_one as "whenOne"
      from link_rules order by channel_type, kind`)
    return { items: rows, nextCursor: null }
  })

  api.put('/link-rules/:channelType/:kind', {
    config: write,
    schema: {
      tags, summary: 'Set the link rule of a kind of channel and individual', params: ruleParams,
      body: Strict({
        isActive: LinkRule.properties.isActive, matchOn: LinkRule.properties.matchOn, externalIdSystem: Type.Optional(LinkRule.properties.externalIdSystem),
        whenNone: LinkRule.properties.whenNone, whenOne: LinkRule.properties.whenOne,
      }),
      response: { 200: LinkRule },
      description: 'The rule applies to messaging users from now on; run the rules to apply it to those who are there.',
    },
  }, async ({ params: { channelType, kind }, body: { externalIdSystem = null, ...body } }) => {
    if (channelType !== '*' && !connectorOf(channelType)) throw fieldError('channelType', 'is not a type of channel, nor *')
    if (externalIdSystem === null && body.matchOn.some(field => idFields.includes(field))) {
      throw fieldError('externalIdSystem', 'is needed to compare ids: the same id is somebody else’s in another system')
    }
    const rule = { channelType, kind, ...body, externalIdSystem }
    await setLinkRule(pool, rule)
    return rule
  })

  api.delete('/link-rules/:channelType/:kind', {
    config: write,
    schema: { tags, summary: 'Remove a link rule', params: ruleParams },
  }, async ({ params: { channelType, kind } }, reply) => {
    if (!await deleteLinkRule(pool, channelType, kind)) throw notFound('link rule', `${channelType}/${kind}`)
    return reply.code(204).send()
  })
}

/** Applying the rules to everybody: first as a trial, which counts and changes nothing. */
export function linkRunRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  const readRun = async (typeId: string) => {
    const { rows } = await pool.query<RunRow>(`${selectRuns} where id = $1`, [toUuid(typeId)])
    if (!rows[0]) throw notFound('run', typeId)
    return show(rows[0])
  }

  api.post('/link-runs', {
    config: write,
    schema: { tags, summary: 'Apply the link rules to every messaging user, in the background', body: LinkRunCreate, response: { 202: LinkRun } },
  }, async ({ caller, body: { isTrial } }, reply) => {
    const id = await startLinkRun(pool, isTrial, actorOf(caller))
    if (!id) throw new ApiError('conflict', 'The rules are being applied already')
    return reply.code(202).send(await readRun(toTypeId('lr', id)))
  })

  api.get('/link-runs', {
    config: read,
    schema: { tags, summary: 'List the runs, latest first', querystring: Strict(PageQuery), response: { 200: Page(LinkRun) } },
  }, async ({ query: { cursor, limit = 50 } }) => {
    const place = placeOf(cursor)
    const { rows } = await pool.query<RunRow>(`
      ${selectRuns} ${place ? `where (started_at, id) < (${timeOfMicros('$2')}, $3)` : ''} order by started_at desc, id desc limit $1`,
      [limit + 1, ...place ? [place.at, place.id] : []])
    return page(rows, limit, row => [row.started_micros, row.id], show)
  })

  api.get('/link-runs/:id', {
    config: read,
    schema: { tags, summary: 'See how far a run is', params: runParams, response: { 200: LinkRun } },
  }, ({ params: { id } }) => readRun(id))

  api.delete('/link-runs/:id', {
    config: write,
    schema: { tags, summary: 'Stop a run; what it did stays', params: runParams },
  }, async ({ params: { id } }, reply) => {
    await readRun(id)
    if (!await cancelLinkRun(pool, toUuid(id))) throw new ApiError('conflict', 'It has ended already')
    return reply.code(204).send()
  })
}

interface RunRow {
  id: string
  is_trial: boolean
  status: LinkRun['status']
  total: number
  done: number
  linked: number
  created: number
  suggested: number
  ambiguous: number
  started_at: Date
  started_micros: number
  ended_at: Date | null
}

const selectRuns = `select *, ${micros('started_at')} as started_micros from link_runs`

const show = (row: RunRow): LinkRun => ({
  id: toTypeId('lr', row.id),
  isTrial: row.is_trial,
  status: row.status,
  total: row.total,
  done: row.done,
  linked: row.linked,
  created: row.created,
  suggested: row.suggested,
  ambiguous: row.ambiguous,
  startedAt: row.started_at.toISOString(),
  endedAt: row.ended_at?.toISOString() ?? null,
})
