import type { Pool, PoolClient } from 'pg'
import { Type } from 'typebox'
import { uuidv7 } from 'uuidv7'
import { Operator, OperatorCreate, OperatorUpdate, type Role } from '../contract/access.ts'
import { Page, PageQuery, Strict } from '../contract/common.ts'
import { inTransaction } from '../record/transaction.ts'
import type { Api, ApiDeps } from './app.ts'
import type { Auth } from './auth.ts'
import { ApiError, fieldError, notFound } from './errors.ts'
import { OperatorId, toTypeId, toUuid } from '../ids.ts'
import { page, uuidOf } from './paging.ts'
import { faultsOf, invalidFields } from './validation.ts'

interface Row {
  id: string
  name: string
  email: string
  role: Role
  created_at: Date
}

const tags = ['access']
const admin = { access: { role: 'admin' } } as const
const params = Strict({ id: OperatorId })
const columns = 'id, name, email, role, created_at'

/** The people who work with Muster. There is always an admin among them. */
export function operatorRoutes(api: Api, { pool, auth }: Pick<ApiDeps, 'pool'> & { auth: Auth }): void {
  // Agents hand sessions over to each other, so they see who is there.
  api.get('/operators', {
    config: { access: { role: 'agent' } },
    schema: { tags, summary: 'List operators, newest first', querystring: Strict(PageQuery), response: { 200: Page(Operator) } },
  }, async ({ query: { cursor, limit = 50 } }) => {
    const { rows } = await pool.query<Row>(
      `select ${columns} from operators where $1::uuid is null or id < $1 order by id desc limit $2`, [uuidOf(cursor), limit + 1])
    return page(rows, limit, (row) => [row.id], show)
  })

  api.post('/operators', {
    config: admin,
    schema: { tags, summary: 'Add an operator', body: OperatorCreate, response: { 201: Operator } },
  }, async ({ body: { name, email, role, password } }, reply) => {
    const hash = await auth.hashPassword(password)
    const row = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<Row>(`
        insert into operators (id, name, email, email_verified, role) values ($1, $2, lower($3), true, $4)
        on conflict (email) do nothing returning ${columns}`, [uuidv7(), name, email, role])
      if (!rows[0]) throw fieldError('email', 'belongs to another operator', 'conflict')
      await setPassword(client, rows[0].id, hash)
      return rows[0]
    })
    return reply.code(201).send(show(row))
  })

  api.patch('/operators/:id', {
    config: admin,
    schema: { tags, summary: 'Change an operator’s role', params, body: OperatorUpdate, response: { 200: Operator } },
  }, async ({ params: { id }, body: { role } }) => {
    const row = await keepingAnAdmin(async (client) => {
      const { rows } = await client.query<Row>(
        `update operators set role = $2, updated_at = now() where id = $1 returning ${columns}`, [toUuid(id), role])
      return rows[0]
    })
    if (!row) throw notFound('operator', id)
    return show(row)
  })

  api.delete('/operators/:id', {
    config: admin,
    schema: { tags, summary: 'Remove an operator', params, response: { 204: Type.Null() } },
  }, async ({ params: { id } }, reply) => {
    const gone = await keepingAnAdmin(async (client) => (await client.query('delete from operators where id = $1', [toUuid(id)])).rowCount)
    if (!gone) throw notFound('operator', id)
    return reply.code(204).send(null)
  })

  // The lock on all admins makes two who remove each other do so one after the other.
  const keepingAnAdmin = <T>(change: (client: PoolClient) => Promise<T>): Promise<T> => inTransaction(pool, async (client) => {
    await client.query("select from operators where role = 'admin' order by id for update")
    const result = await change(client)
    const { rowCount } = await client.query("select from operators where role = 'admin' limit 1")
    if (rowCount === 0) throw new ApiError('conflict', 'There must be an admin: this is the last one')
    return result
  })
}

/** @returns the UUID of an operator that exists. @throws {ApiError} naming `field` */
export async function knownOperator(pool: Pool, typeId: string, field: string): Promise<string> {
  const faults = faultsOf(OperatorId, typeId, field)
  if (faults.length > 0) throw invalidFields(faults)
  const { rowCount } = await pool.query('select from operators where id = $1', [toUuid(typeId)])
  if (rowCount === 0) throw fieldError(field, 'is not the id of an operator')
  return toUuid(typeId)
}

/** Lets an operator sign in with a password; `hash` is `Auth.hashPassword`’s. */
export async function setPassword(client: PoolClient, operatorId: string, hash: string): Promise<void> {
  await client.query(`
    insert into operator_accounts (id, operator_id, provider_id, account_id, password) values ($1, $2, 'credential', $2::uuid::text, $3)`,
  [uuidv7(), operatorId, hash])
}

const show = ({ id, name, email, role, created_at }: Row): Operator =>
  ({ id: toTypeId('op', id), name, email, role, createdAt: created_at.toISOString() })
