import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { createInterface } from 'node:readline/promises'
import { Presets, SingleBar } from 'cli-progress'
import type { Pool } from 'pg'
import { openBlobs } from '../blobs/blobs.ts'
import type { Config } from '../config.ts'
import type { ImportTrial } from '../contract/imports.ts'
import { toTypeId } from '../ids.ts'
import { beginImport, channelNamed } from '../imports/settings.ts'
import { FileStore } from '../imports/storage.ts'
import { receiveFile } from '../imports/upload.ts'
import { workOn } from '../imports/work.ts'
import { tellOfMany } from '../outbound/changes.ts'
import { deleteImport, findImport, findMapping, type ImportRecord } from '../record/imports/imports.ts'
import { table } from './table.ts'

export interface ImportUsersOptions {
  channel?: string
  consentSource?: string
  consentDate?: Date
  mapping?: string
  dryRun?: boolean
  yes?: boolean
}

/** Imports a file as the API does: tries it, says what would happen, asks, and does it. @throws {Error} in words */
export async function importUsers(config: Config, pool: Pool, file: string, options: ImportUsersOptions): Promise<void> {
  const isThere = statSync(file, { throwIfNoEntry: false })?.isFile()
  if (!isThere) throw new Error(`There is no file ${file}`)
  const mapping = options.mapping === undefined ? undefined : await findMapping(pool, options.mapping)
  if (options.mapping !== undefined && !mapping) throw new Error(`No mapping has the name ${options.mapping}`)
  const store = new FileStore(pool, openBlobs(config))
  const id = await receiveFile({ pool, store }, createReadStream(file), {
    fileName: basename(file), channelId: options.channel === undefined ? null : await channelNamed(pool, options.channel),
    consentSource: options.consentSource ?? null, consentAt: options.consentDate ?? null, importer: { source: 'system', name: 'command line', actor: null },
  }, mapping)
  try {
    await tryAndImport(pool, store, id, options)
  } finally {
    // What was not begun leaves nothing.
    if ((await findImport(pool, id))!.started_at === null) {
      await store.delete(id)
      await deleteImport(pool, id)
    }
  }
}

async function tryAndImport(pool: Pool, store: FileStore, id: string, options: ImportUsersOptions): Promise<void> {
  const read = async () => (await findImport(pool, id))!
  const work = (what: string, size: number) => withBar(what, size, onProgress => workOn({ pool, store, changes: { publishUsers: () => void tellOfMany(pool).catch(() => {}) } }, id, { onProgress }))
  const record = await read()
  console.log(record.header.map((name, i) => `${name} → ${record.mapping[i] ?? '(passed over)'}`).join('\n'))
  await beginImport(pool, record, 'checking', { withJob: false })
  await work('Trying', record.size)
  const { trial } = await read()
  printTrial(trial!)
  if (options.dryRun || trial!.created + trial!.changed === 0 || !(options.yes || await isWanted())) return console.log('Nothing was imported.')
  await beginImport(pool, record, 'running', { withJob: false })
  await work('Importing', record.size)
  printResult(await read())
}

async function withBar(what: string, size: number, work: (onProgress: (doneBytes: number) => void) => Promise<void>): Promise<void> {
  const bar = new SingleBar({ format: `${what} {bar} {percentage}% | {eta_formatted} left`, noTTYOutput: false, clearOnComplete: true }, Presets.shades_classic)
  bar.start(size, 0)
  try {
    await work(doneBytes => bar.update(doneBytes))
  } finally {
    bar.stop()
  }
}

async function isWanted(): Promise<boolean> {
  if (!process.stdin.isTTY) throw new Error('Nobody is there to ask: say --yes to import, or --dry-run to see what would happen')
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await lines.question('Import? [y/N] ').finally(() => lines.close())
  return /^y(es)?$/i.test(answer.trim())
}

function printTrial({ created, changed, unchanged, rejected, reasons }: ImportTrial): void {
  console.log(`To be created ${created}, changed ${changed}, unchanged ${unchanged}, rejected ${rejected}.`)
  if (reasons.length === 0) return
  console.log(table(['ROWS', 'COLUMN', 'REASON', 'FIRST'], reasons.map(({ count, column, reason, rows }) =>
    [String(count), column, reason, rows.slice(0, 3).map(({ row }) => row).join(', ')])))
}

function printResult({ id, status, failure, created, changed, unchanged, rejected }: ImportRecord): void {
  if (failure) throw new Error(failure)
  console.log(`${toTypeId('imp', id)} is ${status}: created ${created}, changed ${changed}, unchanged ${unchanged}, rejected ${rejected}.`)
}
