import type { Pool, PoolClient } from 'pg'
import { uuidv7 } from 'uuidv7'
import type { ImportField, ImportStatus, ImportTrial } from '../../contract/imports.ts'
import { inTransaction } from '../transaction.ts'
import type { Importer } from './write.ts'

/** Name of the job that checks, runs or undoes an import, as its status says. */
export const RUN_IMPORT = 'run-import'

/** An import as it is stored. */
export interface ImportRecord {
  id: string
  file_name: string
  is_file: boolean
  status: ImportStatus
  failure: string | null
  channel_id: string | null
  consent_source: string | null
  consent_at: Date | null
  sha256: string | null
  encoding: string | null
  delimiter: string | null
  header: string[]
  mapping: (ImportField | null)[]
  sample: string[][]
  size: number
  data_row: number
  data_byte: number
  row: number
  byte: number
  trial_byte: number
  created: number
  changed: number
  unchanged: number
  rejected: number
  trial: ImportTrial | null
  undo_row: number
  removed: number
  reverted: number
  kept: number
  actor: string | null
  actor_source: Importer['source']
  actor_name: string
  created_at: Date
  started_at: Date | null
  ended_at: Date | null
}

export interface ImportSetup {
  fileName: string
  channelId: string | null
  consentSource: string | null
  consentAt: Date | null
  importer: Importer
}

/** Notes an import: of a file that is about to be uploaded, else of rows that are handed in, which runs at once. @returns its id */
export async function createImport(pool: Pool, { fileName, channelId, consentSource, consentAt, importer }: ImportSetup, isFile: boolean): Promise<string> {
  const id = uuidv7()
  await pool.query(`
    insert into imports (id, file_name, is_file, status, channel_id, consent_source, consent_at, actor, actor_source, actor_name, started_at)
    values ($1, $2, $3, case when $3 then 'uploading' else 'running' end, $4, $5, $6, $7, $8, $9, case when $3 then null else now() end)`,
  [id, fileName, isFile, channelId, consentSource, consentAt, importer.actor, importer.source, importer.name])
  return id
}

export async function findImport(pool: Pool, id: string): Promise<ImportRecord | undefined> {
  return (await pool.query<ImportRecord>('select * from imports where id = $1', [id])).rows[0]
}

export interface Part {
  byte: number
  size: number
  blob: string
}
export async function addPart(pool: Pool, importId: string, { byte, size, blob }: Part): Promise<void> {
  await pool.query('insert into import_parts (import_id, byte, size, blob) values ($1, $2, $3, $4)', [importId, byte, size, blob])
}
/** The parts of a file from a byte on. */
export async function partsFrom(pool: Pool, importId: string, byte: number): Promise<Part[]> {
  return (await pool.query<Part>('select byte, size, blob from import_parts where import_id = $1 and byte + size > $2 order by byte', [importId, byte])).rows
}
/** Forgets where a file is. @param remove removes a part from the blob store */
export async function forgetParts(pool: Pool, importId: string, remove: (blob: string) => Promise<void>): Promise<void> {
  for (const { blob } of await partsFrom(pool, importId, 0)) await remove(blob)
  await pool.query('delete from import_parts where import_id = $1', [importId])
}

/** Removes the parts before a byte, and lets what is left begin at 0. @param remove removes a part from the blob store */
export async function replaceParts(pool: Pool, importId: string, byte: number, remove: (blob: string) => Promise<void>): Promise<void> {
  for (const part of await partsFrom(pool, importId, 0)) if (part.byte < byte) await remove(part.blob)
  await pool.query('delete from import_parts where import_id = $1 and byte < $2', [importId, byte])
  // In two steps through negative numbers: places are unique at every moment.
  await pool.query('update import_parts set byte = -1 - (byte - $2) where import_id = $1', [importId, byte])
  await pool.query('update import_parts set byte = -1 - byte where import_id = $1 and byte < 0', [importId])
}

/** Forgets an import that did nothing yet. */
export async function deleteImport(pool: Pool, id: string): Promise<void> {
  await pool.query(`delete from imports where id = $1 and status in ('uploading', 'ready', 'checking')`, [id])
}
/** Imports of files that were never started, or whose upload broke off. */
export async function abandonedImports(pool: Pool): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(`
    select id from imports where (status = 'uploading' and created_at < now() - interval '1 day')
      or (status = 'ready' and created_at < now() - interval '30 days')`)
  return rows.map(({ id }) => id)
}

export type FileFacts = Pick<ImportRecord, 'sha256' | 'encoding' | 'delimiter' | 'header' | 'mapping' | 'sample' | 'size' | 'data_row' | 'data_byte'>
/** Notes what was found in a file: it is ready. */
export async function noteFile(pool: Pool, id: string, file: FileFacts): Promise<void> {
  await pool.query(`
    update imports set status = 'ready', sha256 = $2, encoding = $3, delimiter = $4, header = $5, mapping = $6, sample = $7, size = $8,
      data_row = $9, row = $9, data_byte = $10, byte = $10 where id = $1 and status = 'uploading'`,
  [id, file.sha256, file.encoding, file.delimiter, JSON.stringify(file.header), JSON.stringify(file.mapping), JSON.stringify(file.sample), file.size,
    file.data_row, file.data_byte])
}

export type Settings = Pick<ImportRecord, 'mapping' | 'channel_id' | 'consent_source' | 'consent_at'>
/** @returns false if the import is past that */
export async function saveSettings(pool: Pool, id: string, settings: Settings): Promise<boolean> {
  const { rowCount } = await pool.query(`
    update imports set mapping = $2, channel_id = $3, consent_source = $4, consent_at = $5, trial = null where id = $1 and status = 'ready'`,
  [id, JSON.stringify(settings.mapping), settings.channel_id, settings.consent_source, settings.consent_at])
  return rowCount === 1
}

const times: Partial<Record<ImportStatus, string>> = {
  running: ', started_at = coalesce(started_at, now()), ended_at = null', done: ', ended_at = now()', cancelled: ', ended_at = now()', failed: ', ended_at = now()',
}
const worked: ImportStatus[] = ['checking', 'running', 'undoing']

/** Moves an import on, if it is in one of the states `from`; where there is work to do then, adds the job. @returns whether it was */
export async function moveImportTo(pool: Pool, id: string, from: ImportStatus[], to: ImportStatus, { withJob = true, failure = null as string | null } = {}): Promise<boolean> {
  return inTransaction(pool, async client => {
    const { rows: [moved] } = await client.query<{ is_file: boolean }>(
      `update imports set status = $3, failure = $4${times[to] ?? ''} where id = $1 and status = any($2) returning is_file`, [id, from, to, failure])
    if (!moved) return false
    if (withJob && worked.includes(to) && (moved.is_file || to === 'undoing')) await addJob(client, id)
    return true
  })
}

/** A job for an import that one is working on takes that one's place when it dies. */
async function addJob(client: PoolClient | Pool, id: string): Promise<void> {
  await client.query(`select graphile_worker.add_job('${RUN_IMPORT}', json_build_object('importId', $1::text), job_key := 'import:' || $1::text)`, [id])
}

/** Adds the jobs of imports that were being worked on when Muster ended: others' jobs are only freed after minutes. */
export async function resumeImports(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ id: string }>('select id from imports where status = any($1) and (is_file or status = $2)', [worked, 'undoing'])
  for (const { id } of rows) await addJob(pool, id)
}

/** Notes how far a dry run is, in bytes of the file. */
export async function noteTrial(pool: Pool, id: string, byte: number): Promise<void> {
  await pool.query('update imports set trial_byte = $2 where id = $1', [id, byte])
}
export async function saveTrial(pool: Pool, id: string, trial: ImportTrial): Promise<void> {
  await pool.query(`update imports set status = 'ready', trial = $2 where id = $1 and status = 'checking'`, [id, JSON.stringify(trial)])
}

/** Earlier imports of the same file with the same settings, that were not undone. */
export async function earlierImports(pool: Pool, id: string): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(`
    select o.id from imports i join imports o on o.sha256 = i.sha256 and o.id <> i.id and o.mapping = i.mapping
      and o.channel_id is not distinct from i.channel_id and o.consent_source is not distinct from i.consent_source
      and o.consent_at is not distinct from i.consent_at and o.started_at is not null and o.status not in ('undoing', 'undone')
    where i.id = $1`, [id])
  return rows.map(row => row.id)
}

/** Keeps what columns mean under a name. */
export async function saveMapping(pool: Pool, name: string, columns: Record<string, ImportField>): Promise<void> {
  await pool.query(`
    insert into import_mappings (name, columns) values ($1, $2)
    on conflict (name) do update set columns = excluded.columns, updated_at = now()`, [name, JSON.stringify(columns)])
}
/** @returns false if there is none of this name */
export const deleteMapping = async (pool: Pool, name: string): Promise<boolean> =>
  (await pool.query('delete from import_mappings where name = $1', [name])).rowCount === 1
export async function findMapping(pool: Pool, name: string): Promise<Record<string, ImportField> | undefined> {
  return (await pool.query<{ columns: Record<string, ImportField> }>('select columns from import_mappings where name = $1', [name])).rows[0]?.columns
}
