import type { Pool, PoolClient } from 'pg'

/**
 * Commits what `work` did, or nothing of it when it throws.
 * @param settings SQL that holds for this transaction; goes along with its beginning
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>, settings = ''): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query(`begin; ${settings}`)
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}
