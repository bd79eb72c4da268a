import { createHash } from 'node:crypto'
import type { Pool } from 'pg'
import type { ImportField } from '../contract/imports.ts'
import { createImport, deleteImport, noteFile, type ImportSetup } from '../record/imports/imports.ts'
import { guessMapping, headerOf } from './columns.ts'
import { unguarded } from './guard.ts'
import { ImportError } from './import-error.ts'
import { readRows } from './read.ts'
import type { FileStore } from './storage.ts'
import { delimiterOf, EncodingFinder, markLength, refuseBinary, toUtf8 } from './text.ts'

const SAMPLE_ROWS = 20
const SAMPLE_CELL = 200
const COLUMNS_MAX = 300
/** Of the file, where its first line must be. */
const HEAD_BYTES = 256 * 1024

/**
 * Takes a file in, in constant memory, and finds out what it is: encoding, separator, columns.
 * @param mapping a saved one, for columns of these names
 * @returns the import's id. @throws {ImportError} for what is not CSV; nothing is kept then, nor when the file breaks off
 */
export async function receiveFile(
  { pool, store }: { pool: Pool; store: FileStore }, source: AsyncIterable<Buffer>, setup: ImportSetup, mapping?: Record<string, ImportField>,
): Promise<string> {
  const id = await createImport(pool, setup, true)
  try {
    const hash = createHash('sha256')
    const finder = new EncodingFinder()
    let size = await store.write(id, watched(source, bytes => {
      hash.update(bytes)
      finder.add(bytes)
    }))
    const { encoding } = finder
    // From here on the file is UTF-8, so that a byte of it is a place to go on from.
    if (encoding !== 'utf-8') size = await store.replace(id, bytes => toUtf8(bytes, encoding))
    const facts = await factsOf(store, id, size)
    const named = mapping && facts.header.map(name => mapping[name] ?? null)
    await noteFile(pool, id, { ...facts, sha256: hash.digest('hex'), encoding, size, ...named && { mapping: named } })
    return id
  } catch (error) {
    await store.delete(id).catch(() => {}) // the clock comes by for what is left
    await deleteImport(pool, id)
    throw error
  }
}

async function* watched(source: AsyncIterable<Buffer>, see: (bytes: Buffer) => void): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0)
  for await (const bytes of source) {
    see(bytes)
    if (head) {
      head = Buffer.concat([head, bytes])
      if (head.length < 8) continue
      refuseBinary(head)
      yield head
      head = undefined
    } else yield bytes
  }
  if (head) {
    refuseBinary(head)
    yield head
  }
}

async function factsOf(store: FileStore, id: string, size: number) {
  const head = await start(store.read(id))
  const mark = markLength(head)
  const text = head.toString('utf8', mark)
  if (text.trim() === '') throw new ImportError('bad_request', size === 0 ? 'The file is empty' : 'The file has no columns: its first line names them')
  const { delimiter, skip } = delimiterOf(text)
  let header: string[] | undefined
  let place = { row: 0, byte: 0 }
  const sample: string[][] = []
  for await (const { number, cells, end } of readRows(from => store.read(id, from), delimiter, { row: skip > 0 ? 1 : 0, byte: mark + skip })) {
    if (!header) {
      if (!cells) throw new ImportError('bad_request', 'The first line, which names the columns, cannot be read: a quotation mark is not closed')
      if (cells.length > COLUMNS_MAX) throw new ImportError('bad_request', `The file has more than ${COLUMNS_MAX} columns`)
      header = headerOf(cells)
      place = { row: number, byte: end }
    } else if (cells) sample.push(cells.map(cell => unguarded(cell).replaceAll('\0', '\uFFFD').toWellFormed().slice(0, SAMPLE_CELL)))
    if (sample.length === SAMPLE_ROWS) break
  }
  if (!header) throw new ImportError('bad_request', 'The file has no columns: its first line names them')
  header = header.map(name => name.replaceAll('\0', '\uFFFD'))
  return { delimiter, header, mapping: guessMapping(header, sample), sample, data_row: place.row, data_byte: place.byte }
}

async function start(source: AsyncIterable<Buffer>): Promise<Buffer> {
  let head = Buffer.alloc(0)
  for await (const bytes of source) {
    head = Buffer.concat([head, bytes])
    if (head.length >= HEAD_BYTES) break
  }
  return head
}
