import { Type } from 'typebox'
import { Me, Setup } from '../contract/access.ts'
import type { Caller } from './access.ts'
import type { Api, ApiDeps } from './app.ts'
import type { Auth } from './auth.ts'
import { ApiError, fieldError } from './errors.ts'
import { toTypeId } from '../ids.ts'
import { setPassword } from './operators.ts'
import { inTransaction } from '../record/transaction.ts'

const tags = ['access']

/** Who the caller is, and the first admin's choice of name and password. */
export function meRoutes(api: Api, { pool, auth }: Pick<ApiDeps, 'pool'> & { auth: Auth }): void {
  async function needsSetup({ kind, id }: Caller): Promise<boolean> {
    if (kind === 'api-key') return false
    const { rowCount } = await pool.query('select from operator_accounts where operator_id = $1 and password is not null', [id])
    return rowCount === 0
  }

  api.get('/me', {
    config: { access: { role: 'viewer', scope: 'any' } },
    schema: { tags, summary: 'Tell who the caller is', response: { 200: Me } },
  }, async ({ caller }) => {
    const { kind, id, name, email, role } = caller
    return { kind, id: toTypeId(kind === 'operator' ? 'op' : 'key', id), name, email, role, needsSetup: await needsSetup(caller) }
  })

  api.post('/setup', {
    config: { access: { role: 'admin' } },
    schema: { tags, summary: 'Choose name, e-mail and password after the one-time link', body: Setup, response: { 204: Type.Null() } },
  }, async ({ caller, body: { name, email, password } }, reply) => {
    if (!await needsSetup(caller)) throw new ApiError('conflict', 'The set-up is done already')
    const hash = await auth.hashPassword(password)
    await inTransaction(pool, async (client) => {
      const taken = await client.query('select from operators where email = lower($1) and id <> $2', [email, caller.id])
      if (taken.rowCount) throw fieldError('email', 'belongs to another operator', 'conflict')
      await client.query('update operators set name = $2, email = lower($3), updated_at = now() where id = $1', [caller.id, name, email])
      await setPassword(client, caller.id, hash)
    })
    await auth.revokeLinks()
    return reply.code(204).send(null)
  })
}
