import type { Pool } from 'pg'
import { MessagingUserId, Page, PageQuery, Strict } from '../contract/common.ts'
import { ConsentEvent, ConsentEventCreate, ConsentReceipt } from '../contract/consent.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { changeConsent, ConsentRefusedError } from '../record/consent/change.ts'
import { ALL } from '../record/consent/ledger.ts'
import type { Caller } from './access.ts'
import type { Api, ApiDeps } from './app.ts'
import { receiptOf } from './consent-receipt.ts'
import { ApiError, fieldError, notFound } from './errors.ts'
import { requireUser } from './messaging-user-row.ts'
import { numberOf, page } from './paging.ts'

const tags = ['consent']
const params = Strict({ id: MessagingUserId })
const read = { access: { role: 'viewer', scope: 'messaging-users:read' } } as const

/** The consent ledger of a messaging user. Nothing in it is ever changed or removed: a correction is a further line. */
export function consentEventRoutes(api: Api, { pool, changes, publicUrl }: ApiDeps): void {
  api.get('/messaging-users/:id/consent-events', {
    config: read,
    schema: { tags, summary: 'Read a messaging user’s consent ledger, newest first', params, querystring: Strict(PageQuery), response: { 200: Page(ConsentEvent) } },
  }, async ({ params: { id }, query: { cursor, limit = 50 } }) => {
    await requireUser(pool, id)
    const { rows } = await pool.query<ConsentEventRow>(`
      select * from consent_events where messaging_user_id = $1 and ($2::int is null or number < $2) order by number desc limit $3`,
      [toUuid(id), numberOf(cursor), limit + 1])
    return page(rows, limit, row => [row.number], showConsentEvent)
  })

  api.post('/messaging-users/:id/consent-events', {
    config: { access: { role: 'agent', scope: 'messaging-users:write' } },
    schema: {
      tags, summary: 'Record a change of consent, with its evidence', params, body: ConsentEventCreate, response: { 201: ConsentEvent },
      description: 'What the rules of consent do not allow is refused with 409, and changes nothing: '
        + 'an opt-out cannot become an implied consent, and double opt-in takes two confirmations.',
    },
  }, async ({ caller, params: { id }, body }, reply) => {
    const now = new Date()
    const { status, purpose = ALL, evidence, note, words, language, happenedAt } = body
    const at = happenedAt === undefined ? now : new Date(happenedAt)
    if (at.getTime() > now.getTime() + 60_000) throw fieldError('happenedAt', 'must not be in the future')
    if (purpose !== ALL) await requirePurpose(pool, purpose)
    const channelId = await refusing(changeConsent(pool, toUuid(id), { kind: 'record', status }, purpose, {
      source: caller.kind === 'operator' ? 'console' : 'api', actor: actorOf(caller), language: language ?? null, words: words ?? null, messageId: null,
      note: note === undefined ? evidence : `${evidence}: ${note}`, happenedAt: at,
    }, now))
    if (!channelId) throw notFound('messaging user', id)
    changes.publish([{ type: 'messaging-user', id, channelId: toTypeId('ch', channelId) }])
    const { rows } = await pool.query<ConsentEventRow>(
      'select * from consent_events where messaging_user_id = $1 order by number desc limit 1', [toUuid(id)])
    return reply.code(201).send(showConsentEvent(rows[0]!))
  })

  api.get('/messaging-users/:id/consent-receipt', {
    config: read,
    schema: {
      tags, summary: 'Export the consent receipt of one person', params, response: { 200: ConsentReceipt },
      description: 'The fields follow ISO/IEC TS 27560:2023, Consent record information structure.',
    },
  }, async ({ params: { id } }, reply) => {
    const receipt = await receiptOf(pool, id, publicUrl())
    if (!receipt) throw notFound('messaging user', id)
    return reply.header('content-disposition', `attachment; filename="consent-receipt-${id}.json"`).send(receipt)
  })
}

export interface ConsentEventRow {
  id: string
  number: number
  purpose: string
  from_status: ConsentEvent['fromStatus']
  to_status: ConsentEvent['toStatus']
  pending_until: Date | null
  source: ConsentEvent['source']
  actor: string | null
  language: string | null
  words: string | null
  message_id: string | null
  note: string | null
  happened_at: Date
  recorded_at: Date
  previous_hash: Buffer | null
  hash: Buffer
}

export const showConsentEvent = (row: ConsentEventRow): ConsentEvent => ({
  id: toTypeId('ce', row.id),
  number: row.number,
  purpose: row.purpose,
  fromStatus: row.from_status,
  toStatus: row.to_status,
  pendingUntil: row.pending_until?.toISOString() ?? null,
  source: row.source,
  actor: row.actor,
  language: row.language,
  words: row.words,
  messageId: row.message_id && toTypeId('msg', row.message_id),
  note: row.note,
  happenedAt: row.happened_at.toISOString(),
  recordedAt: row.recorded_at.toISOString(),
  hash: row.hash.toString('hex'),
  previousHash: row.previous_hash?.toString('hex') ?? null,
})

/** A caller as the ledger and the history of decisions name them: the name says who, the id says which. */
export const actorOf = ({ kind, id, name }: Caller): string => `${name} (${toTypeId(kind === 'operator' ? 'op' : 'key', id)})`

/** @throws {ApiError} 409 when the rules of consent refuse it */
async function refusing<T>(change: Promise<T>): Promise<T> {
  try {
    return await change
  } catch (error) {
    if (error instanceof ConsentRefusedError) throw new ApiError('conflict', error.message)
    throw error
  }
}

/** @throws {ApiError} naming `purpose` */
async function requirePurpose(pool: Pool, key: string): Promise<void> {
  const { rowCount } = await pool.query('select from purposes where key = $1', [key])
  if (rowCount === 0) throw fieldError('purpose', 'is not one of the purposes')
}
