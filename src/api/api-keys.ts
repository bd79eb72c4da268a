import { Type } from 'typebox'
import { ApiKey, ApiKeyCreate, ApiKeyCreated } from '../contract/access.ts'
import { Page, PageQuery, Strict } from '../contract/common.ts'
import { createApiKey, type ApiKeyRow } from './api-key.ts'
import type { Api, ApiDeps } from './app.ts'
import { notFound } from './errors.ts'
import { ApiKeyId, toTypeId, toUuid } from '../ids.ts'
import { page, uuidOf } from './paging.ts'

const tags = ['access']
const admin = { access: { role: 'admin' } } as const

export function apiKeyRoutes(api: Api, { pool }: Pick<ApiDeps, 'pool'>): void {
  api.get('/api-keys', {
    config: admin,
    schema: { tags, summary: 'List API keys, newest first', querystring: Strict(PageQuery), response: { 200: Page(ApiKey) } },
  }, async ({ query: { cursor, limit = 50 } }) => {
    const { rows } = await pool.query<ApiKeyRow>(`
      select id, name, role, scopes, hint, created_at, last_used_at from api_keys
      where revoked_at is null and ($1::uuid is null or id < $1) order by id desc limit $2`, [uuidOf(cursor), limit + 1])
    return page(rows, limit, (row) => [row.id], show)
  })

  api.post('/api-keys', {
    config: admin,
    schema: { tags, summary: 'Make an API key', body: ApiKeyCreate, response: { 201: ApiKeyCreated } },
  }, async ({ body }, reply) => {
    const { row, key } = await createApiKey(pool, body)
    return reply.code(201).send({ ...show(row), key })
  })

  api.delete('/api-keys/:id', {
    config: admin,
    schema: { tags, summary: 'Revoke an API key', params: Strict({ id: ApiKeyId }), response: { 204: Type.Null() } },
  }, async ({ params: { id } }, reply) => {
    const { rowCount } = await pool.query('update api_keys set revoked_at = now() where id = $1 and revoked_at is null', [toUuid(id)])
    if (rowCount === 0) throw notFound('API key', id)
    return reply.code(204).send(null)
  })
}

const show = ({ id, name, role, scopes, hint, created_at, last_used_at }: ApiKeyRow): ApiKey => ({
  id: toTypeId('key', id),
  name,
  role,
  scopes,
  hint,
  createdAt: created_at.toISOString(),
  lastUsedAt: last_used_at?.toISOString() ?? null,
})
