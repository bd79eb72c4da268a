import { Page, Strict } from '../contract/common.ts'
import { Purpose, PurposeCreate, PurposeUpdate } from '../contract/consent.ts'
import { createPurpose, deletePurpose, updatePurpose } from '../record/consent/purposes.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError, fieldError, notFound } from './errors.ts'

const tags = ['consent']
const params = Strict({ key: Purpose.properties.key })
const write = { access: { role: 'admin', scope: 'channels:write' } } as const

/** What messages are for. A person can withdraw one purpose and keep the others. */
export function purposeRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  api.get('/purposes', {
    config: { access: { role: 'viewer', scope: 'channels:read' } },
    schema: { tags, summary: 'List the purposes', response: { 200: Page(Purpose) } },
  }, async () => {
    const { rows } = await pool.query<Purpose>(`select key, label, minimum_consent as "minimumConsent" from purposes order by created_at, key`)
    return { items: rows, nextCursor: null }
  })

  api.post('/purposes', {
    config: write,
    schema: { tags, summary: 'Add a purpose', body: PurposeCreate, response: { 201: Purpose } },
  }, async ({ body }, reply) => {
    if (body.key === 'all') throw fieldError('key', 'stands for every purpose; choose another')
    const taken = await createPurpose(pool, body)
    if (taken) throw fieldError(taken, 'is taken', 'conflict')
    return reply.code(201).send(body)
  })

  api.patch('/purposes/:key', {
    config: write,
    schema: { tags, summary: 'Change a purpose', params, body: PurposeUpdate, response: { 200: Purpose } },
  }, async ({ params: { key }, body }) => {
    const changed = await updatePurpose(pool, key, body)
    if (changed === 'taken') throw fieldError('label', 'is taken', 'conflict')
    if (!changed) throw notFound('purpose', key)
    return changed
  })

  api.delete('/purposes/:key', {
    config: write,
    schema: { tags, summary: 'Remove a purpose nobody said anything about', params },
  }, async ({ params: { key } }, reply) => {
    const outcome = await deletePurpose(pool, key)
    if (outcome === 'absent') throw notFound('purpose', key)
    if (outcome === 'in use') throw new ApiError('conflict', `The ledger speaks of ${key}: it stays`)
    return reply.code(204).send()
  })
}
