import { createHash, randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { ApiKeyCreate, Role, Scope } from '../contract/access.ts'

export interface ApiKeyRow {
  id: string
  name: string
  role: Role
  scopes: Scope[]
  hint: string
  created_at: Date
  last_used_at: Date | null
}

const HINT_LENGTH = 9

/** Makes a key of 256 random bits. Only its hash is kept, so `key` can be shown this once. */
export async function createApiKey(pool: Pool, { name, role, scopes = [] }: ApiKeyCreate): Promise<{ row: ApiKeyRow; key: string }> {
  const key = `mk_${randomBytes(32).toString('base64url')}`
  const { rows } = await pool.query<ApiKeyRow>(`
    insert into api_keys (id, hash, hint, name, role, scopes) values ($1, $2, $3, $4, $5, $6)
    returning id, name, role, scopes, hint, created_at, last_used_at`,
  [uuidv7(), hashKey(key), key.slice(0, HINT_LENGTH), name, role, scopes])
  return { row: rows[0]!, key }
}

/** The key's role and scopes, or undefined if it is unknown or revoked. Notes its use, at most once a minute. */
export async function findApiKey(pool: Pool, key: string): Promise<Pick<ApiKeyRow, 'id' | 'name' | 'role' | 'scopes'> | undefined> {
  const { rows } = await pool.query(`
    select id, name, role, scopes, last_used_at is null or last_used_at < now() - interval '1 minute' as is_stale
    from api_keys where hash = $1 and revoked_at is null`, [hashKey(key)])
  if (rows[0]?.is_stale) await pool.query('update api_keys set last_used_at = now() where id = $1', [rows[0].id])
  return rows[0]
}

const hashKey = (key: string): Buffer => createHash('sha256').update(key).digest()
