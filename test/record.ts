import type { Pool } from 'pg'
import { Client, type ClientConfig } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { InboundEvent } from '../src/contract/inbound-event.ts'
import { applySettings } from '../src/record/apply.ts'
import type { ChannelEvent } from '../src/record/event.ts'
import { runner, type Run } from '../src/record/statement.ts'

/** A channel straight in the database, for tests below the API. @returns its uuid */
export async function makeChannel(pool: Pool, name = `channel ${uuidv7()}`): Promise<string> {
  const id = uuidv7()
  await pool.query(`insert into channels (id, type, name, config) values ($1, 'byoc', $2, '{}')`, [id, name])
  return id
}

/** A connection that applies events as the server's do. */
export async function applyConnection(connection: ClientConfig): Promise<{ run: Run; end(): Promise<void> }> {
  const client = new Client({ ...connection, pipeline: true })
  client.on('error', () => {})
  await client.connect()
  await client.query(applySettings)
  return { run: runner(client, true), end: () => client.end() }
}

const T0 = Date.UTC(2026, 0, 1)
/** A moment `seconds` after the tests' beginning of time. */
export const at = (seconds: number) => new Date(T0 + seconds * 1000)

type Received = Extract<InboundEvent, { kind: 'message.received' }>

/** A message of a person, with what the test cares about. */
export function received(channelId: string, key: string, id: string, more: Partial<Omit<Received, 'message'>> & { text?: string } = {}): ChannelEvent {
  const { text = `text of ${id}`, ...event } = more
  return {
    channelId,
    event: {
      kind: 'message.received', eventId: id, occurredAt: at(0), user: { key: { kind: 'phone', key } },
      message: { id, type: 'text', text }, ...event,
    },
  }
}
