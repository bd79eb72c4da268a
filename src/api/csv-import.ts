import { Readable } from 'node:stream'
import { parse, type CsvError, type Info, type Parser } from 'csv-parse'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { ImportResult } from '../contract/individuals.ts'
import type { Outcome } from '../record/save.ts'
import { areColumns, CellError, columnsOf, lineOf, type Column, type CsvShape } from './csv-columns.ts'
import { ApiError } from './errors.ts'
import { reasonOf, type RecordName } from './saving.ts'
import { faultsOf, invalidFields } from './validation.ts'

/** The largest file that is taken. */
export const FILE_BYTES = 50 * 2 ** 20
/** How many rows are committed together. */
const ROWS = 500
const REJECTED_SHOWN = 1000

export interface ImportOptions<Value> {
  shape: CsvShape
  name: RecordName
  /** What a row must be. */
  schema: TSchema
  /** Saves rows together, and tells what became of each, in their order. */
  save(values: Value[]): Promise<Outcome[]>
  dryRun: boolean
}

/**
 * Reads a CSV file, UTF-8 with commas and a first line that names the columns, while it arrives, and saves what is in order in it.
 * @returns what became of the rows
 * @throws {ApiError} 400 for a file whose columns are not understood: nothing is saved then
 */
export async function importCsv<Value>(file: Readable, options: ImportOptions<Value>): Promise<ImportResult> {
  const result: ImportResult = { created: 0, updated: 0, unchanged: 0, rejectedCount: 0, rejected: [], dryRun: options.dryRun }
  const reject = (line: number, field: string | null, reason: string) => {
    result.rejectedCount += 1
    if (result.rejected.length < REJECTED_SHOWN) result.rejected.push({ line, field, reason })
  }
  let rows: { line: number; value: Value; columnAt(path: string): string }[] = []
  const flush = async () => {
    const batch = rows
    rows = []
    const outcomes = batch.length > 0 ? await options.save(batch.map(({ value }) => value)) : []
    outcomes.forEach((outcome, i) => {
      if (outcome.outcome === 'refused') reject(batch[i]!.line, batch[i]!.columnAt(outcome.field), reasonOf(outcome, options.name))
      else result[outcome.outcome] += 1
    })
  }
  const read = reader<Value>(options)
  const parser = parserOf(file, error => reject(error.lines as number, null, error.message))
  for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
    if (info.bytes > FILE_BYTES) {
      reject(info.lines, null, 'Here the file is larger than 50 MB. Nothing was read from here on')
      break
    }
    const row = read(record, ({ field, message }) => reject(info.lines, field, message))
    if (row) rows.push({ ...row, line: info.lines })
    if (rows.length >= ROWS) await flush()
  }
  if (!read.hasHeader()) throw new ApiError('bad_request', result.rejected[0]?.reason ?? 'The file is empty; its first line names the columns')
  await flush()
  result.rejected.sort((a, b) => a.line - b.line)
  return result
}

/** @param onSkip is told of lines that are not CSV; reading goes on behind them */
function parserOf(file: Readable, onSkip: (error: CsvError) => void): Parser {
  let skipped: unknown
  const parser = parse({
    bom: true, info: true, relax_column_count: true, skip_empty_lines: true, skip_records_with_error: true,
    on_skip: (error) => {
      // A line can be wrong in several places.
      if (error && error.lines !== skipped) onSkip(error)
      skipped = error?.lines
      return undefined
    },
  })
  const source = Readable.from(beginningOf(file))
  source.once('error', error => parser.destroy(error)) // whoever sends the file went away
  return source.pipe(parser)
}

/** The file, or just more than is taken of it. It stays open, so that its sender can be answered. */
async function* beginningOf(file: Readable): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of file.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    yield chunk
    bytes += chunk.length
    if (bytes > FILE_BYTES) return
  }
}

/** @returns a function that makes a row of each record but the first; undefined for one that is wrong, after saying why */
function reader<Value>({ shape, schema }: ImportOptions<Value>) {
  const validator = Compile(schema)
  let header: string[] | undefined
  let columns: Column[] = []
  const read = (record: string[], onFault: (fault: { field: string | null; message: string }) => void) => {
    if (!header) {
      header = record.map(name => name.trim())
      const found = columnsOf(shape, header)
      if (!areColumns(found)) throw invalidFields(found)
      columns = found
      return undefined
    }
    try {
      const { value, columnAt } = lineOf(columns, header, record)
      if (validator.Check(value)) return { value: value as Value, columnAt }
      const { field, message } = faultsOf(schema, value, '')[0]!
      onFault({ field: columnAt(field), message })
    } catch (error) {
      if (!(error instanceof CellError)) throw error
      onFault(error)
    }
    return undefined
  }
  return Object.assign(read, { hasHeader: () => header !== undefined })
}
