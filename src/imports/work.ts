import type { TaskList } from 'graphile-worker'
import { Client, type Pool } from 'pg'
import type { Changes } from '../outbound/changes.ts'
import { applySettings } from '../record/apply.ts'
import { applyRows, beginTrial, lookAhead, tryRows, type Chunk, type OpenImport } from '../record/imports/apply.ts'
import { abandonedImports, deleteImport, earlierImports, findImport, moveImportTo, noteTrial, RUN_IMPORT, saveTrial, type ImportRecord } from '../record/imports/imports.ts'
import { undoRows } from '../record/imports/undo.ts'
import type { Importer } from '../record/imports/write.ts'
import { unguarded } from './guard.ts'
import { readRows } from './read.ts'
import { contextOf } from './settings.ts'
import { MissingError, type FileStore } from './storage.ts'
import { Tally } from './trial.ts'
import { understand, type Cells, type RowContext } from './understand.ts'

/** Rows that are committed together. Three times as many are in memory: those read, those looked up, and those being written. */
const CHUNK = 500

export interface ImportTools {
  pool: Pool
  store: FileStore
  changes: Pick<Changes, 'publishUsers'>
}
export interface WorkOptions {
  signal?: AbortSignal
  /** Hears how many bytes are done, from the beginning of the file. */
  onProgress?: (doneBytes: number) => void
}

/** The jobs of imports. */
export function importTasks(tools: ImportTools): TaskList {
  return {
    [RUN_IMPORT]: (payload, { abortSignal }) => workOn(tools, (payload as { importId: string }).importId, { signal: abortSignal }),
    'prune-imports': async () => {
      for (const id of await abandonedImports(tools.pool)) {
        await tools.store.delete(id)
        await deleteImport(tools.pool, id)
      }
    },
  }
}

/** Does what an import's status asks for, from where it stands to the end, or until it is paused or cancelled. Safe to begin again at any time. */
export async function workOn(tools: ImportTools, id: string, options: WorkOptions = {}): Promise<void> {
  await withImport(tools.pool, id, async client => {
    const record = await findImport(tools.pool, id)
    if (record?.status === 'undoing') return undo(tools, client, record, options)
    try {
      if (record?.status === 'checking') await check(tools, client, record, options)
      if (record?.status === 'running' && record.is_file) await run(tools, client, record, options)
    } catch (error) {
      if (!(error instanceof MissingError)) throw error
      await moveImportTo(tools.pool, id, ['checking', 'running'], 'failed', { failure: error.message })
    }
  })
}

/** One works on an import at a time, whoever else has a job for it. */
export async function withImport(pool: Pool, id: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = await connect(pool)
  try {
    await client.query(`set lock_timeout = '20s'`)
    await client.query(`select pg_advisory_lock(hashtextextended('import ' || $1, 0))`, [id])
    await client.query('set lock_timeout = 0')
    await work(client)
  } finally {
    await client.end() // the lock goes with it
  }
}

async function connect(pool: Pool): Promise<Client> {
  const client = new Client({ ...pool.options, password: pool.options.password, pipeline: true }) // a spread leaves the password out
  client.on('error', () => {}) // who uses it learns of it from the query
  await client.connect()
  await client.query(applySettings)
  return client
}

async function check({ pool, store }: ImportTools, client: Client, record: ImportRecord, { signal, onProgress }: WorkOptions): Promise<void> {
  const context = await contextOf(pool, record, new Date())
  const tally = new Tally()
  await noteTrial(pool, record.id, record.data_byte)
  await beginTrial(client)
  for await (const { rows, end } of chunks(store, record, context)) {
    signal?.throwIfAborted()
    tally.add(await tryRows(client, rows))
    await noteTrial(pool, record.id, end.byte) // beside the dry run's transaction, which is rolled back
    onProgress?.(end.byte)
  }
  await client.query('rollback')
  await saveTrial(pool, record.id, tally.result)
}

async function run({ pool, store, changes }: ImportTools, client: Client, record: ImportRecord, { signal, onProgress }: WorkOptions): Promise<void> {
  const context = await contextOf(pool, record, new Date())
  const open = await openImport(pool, record)
  let from = { row: record.row, byte: record.byte }
  const scout = await connect(pool)
  try {
    for await (const chunk of ahead(lookingAhead(scout, chunks(store, record, context)))) {
      signal?.throwIfAborted()
      const { isApplied, changed } = await applyRows(client, open, from, chunk)
      if (!isApplied) return // paused or cancelled
      changes.publishUsers(changed)
      from = chunk.end
      onProgress?.(from.byte)
    }
  } finally {
    await scout.end()
  }
  if (await moveImportTo(pool, record.id, ['running'], 'done')) await store.delete(record.id)
}

const importerOf = ({ actor, actor_source: source, actor_name: name, file_name: fileName }: ImportRecord): Importer =>
  ({ actor, source, name: `${name}, import of ${fileName}` })

export const openImport = async (pool: Pool, record: ImportRecord): Promise<OpenImport> =>
  ({ id: record.id, importer: importerOf(record), earlier: await earlierImports(pool, record.id) })

/** The rows of a file from where an import stands. */
async function* chunks(
  store: FileStore, { id, delimiter, header, mapping, row, byte }: ImportRecord, context: RowContext,
): AsyncGenerator<Chunk> {
  const nameOf: Cells['nameOf'] = field => header[mapping.indexOf(field)] ?? field
  const cellsOf = (cells: string[]): Cells | string => {
    if (cells.length < header.length || cells.slice(header.length).some(Boolean)) return `The row has “${cells.length}” cells, and there are ${header.length} columns`
    return { nameOf, values: new Map(mapping.flatMap((field, i) => {
      const value = field && unguarded(cells[i]!).trim()
      return value ? [[field, value]] : []
    })) }
  }
  let rows: { number: number; cells: Cells | string }[] = []
  let end = { row, byte }
  for await (const found of readRows(from => store.read(id, from), delimiter!, { row, byte }, header.length)) {
    rows.push({ number: found.number, cells: found.cells ? cellsOf(found.cells) : found.problem! })
    end = { row: found.number, byte: found.end }
    if (rows.length < CHUNK) continue
    yield { rows: await understand(rows, context), end }
    rows = []
  }
  if (rows.length > 0) yield { rows: await understand(rows, context), end }
}

async function* lookingAhead(scout: Client, source: AsyncGenerator<Chunk>): AsyncGenerator<Chunk> {
  for await (const chunk of source) yield { ...chunk, ahead: await lookAhead(scout, chunk.rows) }
}

/** Makes the next while the one before is worked on. */
async function* ahead<T>(source: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = source.next()
  next.catch(() => {}) // told when it is its turn
  for (;;) {
    const { value, done } = await next
    if (done) return
    next = source.next()
    next.catch(() => {})
    yield value
  }
}

async function undo({ pool, changes, store }: ImportTools, client: Client, record: ImportRecord, { signal }: WorkOptions): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const changed = await undoRows(client, record.id, importerOf(record))
    if (!changed) break
    changes.publishUsers(changed)
  }
  await moveImportTo(pool, record.id, ['undoing'], 'undone')
  await store.delete(record.id)
}
