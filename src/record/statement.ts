import { Pool, type ClientBase, type QueryResultRow } from 'pg'
import { parameter } from './parameter.ts'

export interface Statement {
  name: string
  text: string
}

/** Runs a statement inside the caller's transaction. Several can be given at once: they go in their order, on a pipelining client together. */
export type Run = <Row extends QueryResultRow>(statement: Statement, values?: unknown[]) => Promise<Row[]>

/** @param named whether statements are prepared under their name; off behind poolers that lose them. */
export function runner(client: ClientBase | Pool, named: boolean): Run {
  const send = async <Row extends QueryResultRow>({ name, text }: Statement, given: unknown[] = []) => {
    const values = given.map(parameter)
    return (await client.query<Row>(named ? { name, text, values } : { text, values })).rows
  }
  if (client instanceof Pool || (client as { pipeline?: boolean }).pipeline) return send
  let last: Promise<unknown> = Promise.resolve()
  return <Row extends QueryResultRow>(statement: Statement, given?: unknown[]) => {
    const answer = last.then(() => send<Row>(statement, given))
    last = answer.catch(() => {})
    return answer
  }
}

/**
 * Waits for all of them, then throws the first failure. Unlike Promise.all it leaves nothing running that could still send a
 * statement into the next transaction of the same connection.
 */
export async function together<T extends readonly unknown[]>(...promises: { [K in keyof T]: Promise<T[K]> | T[K] }): Promise<T> {
  const results = await Promise.allSettled(promises)
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return results.map(result => (result as PromiseFulfilledResult<unknown>).value) as unknown as T
}
