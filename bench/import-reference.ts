import { once } from 'node:events'
import type { Socket } from 'node:net'
import { Client, type ClientConfig } from 'pg'
import { uuidv7 } from 'uuidv7'

/** People as an import of a file would create them. */
export interface People {
  channel: string
  /** Of the imports table; rows of outcomes belong to one. */
  importId: string
  count: number
  numberOf(n: number): string
  nameOf(n: number): string
}

/**
 * What an import of new people writes for each row of the file, by table: the columns it fills, and a line of COPY. Times are the
 * moment of the COPY.
 */
const tables: Record<string, { columns: string; line(people: People, n: number, user: string): string[] }> = {
  messaging_users: {
    columns: 'id, channel_id, platform_key, external_id, name, name_source, e164, match_key, match_version, consent_status, consent_since, consent_line_count',
    line: ({ channel, numberOf, nameOf }, n, user) => {
      const number = numberOf(n)
      return [user, channel, number, number, nameOf(n), 'import', number, number, '1', 'ExplicitlyOptedIn', 'now', '1']
    },
  },
  aliases: {
    columns: 'id, messaging_user_id, channel_id, kind, key, since, evidence',
    line: ({ channel, numberOf }, n, user) => [uuidv7(), user, channel, 'phone', numberOf(n), 'now', 'Admin, import of file.csv'],
  },
  messaging_user_activity: {
    columns: 'messaging_user_id, channel_id, consent_status, active_at, searched',
    line: ({ channel, numberOf, nameOf }, n, user) => {
      const number = numberOf(n)
      return [user, channel, 'ExplicitlyOptedIn', 'now', `${nameOf(n)} ${number} ${number}`.toLowerCase()]
    },
  },
  messaging_user_history: {
    columns: 'messaging_user_id, id, field, new_value, source, actor',
    line: ({ numberOf }, n, user) => [user, uuidv7(), 'created', `"${numberOf(n)}"`, 'operator', 'Admin, import of file.csv'],
  },
  // Its trigger stays: the hash belongs to the line.
  consent_events: {
    columns: 'messaging_user_id, number, id, channel_id, purpose, to_status, source, actor, note, happened_at',
    line: ({ channel }, _, user) => [user, '1', uuidv7(), channel, 'all', 'ExplicitlyOptedIn', 'import', 'Admin', 'Web form', 'now'],
  },
  import_rows: {
    columns: 'import_id, row, outcome, messaging_user_id, given',
    line: ({ importId, numberOf }, n, user) => [importId, String(n + 2), 'created', user, numberOf(n)],
  },
}

/** Seconds of a bare COPY, by table. */
export type CopySeconds = Record<keyof typeof tables, number>

/**
 * Copies people into the very tables of the record, one COPY a table, and does not keep them: the same indexes at the same size. Their
 * foreign keys are dropped meanwhile, as a bare COPY checks nothing.
 */
export async function timeCopy(connection: ClientConfig, people: People): Promise<CopySeconds> {
  const client = new Client(connection)
  await client.connect()
  try {
    await client.query('begin')
    const { rows } = await client.query<{ drop: string }>(`
      select format('alter table %s drop constraint %I', conrelid::regclass, conname) as drop from pg_constraint
      where contype = 'f' and conrelid = any($1::regclass[])`, [Object.keys(tables)])
    for (const { drop } of rows) await client.query(drop)
    const seconds = await copyPeople(client, people)
    await client.query('rollback')
    await tidy(client)
    return seconds
  } finally {
    await client.end()
  }
}

/** Fills the tables with people who stay. */
export async function fill(connection: ClientConfig, people: People): Promise<void> {
  const client = new Client(connection)
  await client.connect()
  try {
    await copyPeople(client, people)
    await tidy(client)
  } finally {
    await client.end()
  }
}

const tidy = (client: Client) => client.query(`vacuum (analyze) ${Object.keys(tables).join(', ')}`)

async function copyPeople(client: Client, people: People): Promise<CopySeconds> {
  const users = Array.from({ length: people.count }, () => uuidv7())
  const seconds: CopySeconds = {}
  for (const [table, { columns, line }] of Object.entries(tables)) {
    const began = performance.now()
    await copy(client, `copy ${table} (${columns}) from stdin`, people.count, n => line(people, n, users[n]!))
    seconds[table] = (performance.now() - began) / 1000
  }
  return seconds
}

/** What of pg's connection speaks COPY. */
interface CopyConnection {
  stream: Socket
  query(text: string): void
  sendCopyFromChunk(bytes: Buffer): void
  endCopyFrom(): void
}
const LINES = 500

const copy = (client: Client, text: string, count: number, lineOf: (n: number) => string[]) => new Promise<void>((resolve, reject) => client.query({
  submit: (connection: CopyConnection) => connection.query(text),
  handleCopyInResponse: (connection: CopyConnection) => void send(connection, count, lineOf),
  handleCommandComplete() {},
  handleReadyForQuery: () => resolve(),
  handleError: reject,
} as never))

async function send(connection: CopyConnection, count: number, lineOf: (n: number) => string[]): Promise<void> {
  for (let from = 0; from < count; from += LINES) {
    const lines = Array.from({ length: Math.min(LINES, count - from) }, (_, n) => `${lineOf(from + n).join('\t')}\n`)
    connection.sendCopyFromChunk(Buffer.from(lines.join('')))
    if (connection.stream.writableNeedDrain) await once(connection.stream, 'drain')
  }
  connection.endCopyFrom()
}
