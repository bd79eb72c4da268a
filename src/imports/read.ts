import { parse } from 'csv-parse'

/** A row of a file: its cells, or why it cannot be read. */
export interface FileRow {
  /** As a spreadsheet counts them: the first is 1. */
  number: number
  cells?: string[]
  problem?: string
  /** The byte after it. */
  end: number
}

/** The most that one row may take: what is longer is an error in the file, and would fill the memory. */
const ROW_BYTES = 16 * 2 ** 20

interface Found {
  cells: string[]
  end: number
  /** Lines it took. */
  lines: number
}

/**
 * Reads a CSV file in UTF-8 from a byte on, in constant memory. Rows that go wrong are told, and the reading goes on: where a quotation
 * mark was opened and not closed, with the line after.
 * @param open gives the file from a byte on. @param width how many cells a row has; rows of several lines with another width are
 * taken for a quotation mark too many
 */
export async function* readRows(
  open: (from: number) => AsyncIterable<Buffer>, delimiter: string, { byte, row }: { byte: number; row: number }, width?: number,
): AsyncGenerator<FileRow> {
  let at = byte
  let number = row
  for (;;) {
    let broken = false
    for await (const found of parsed(open(at), delimiter, at)) {
      broken = found === undefined || (width !== undefined && found.lines > 1 && found.cells.length !== width)
      if (broken) break
      number++
      at = found!.end
      if (found!.cells.length > 1 || found!.cells[0] !== '') yield { number, cells: found!.cells, end: at }
    }
    if (!broken) return
    number++
    at = await lineEnd(open(at), at)
    yield { number, problem: 'A quotation mark is opened and not closed, or the row is too long', end: at }
  }
}

/** The rows that a parser finds; undefined at last if it could not go on. */
async function* parsed(source: AsyncIterable<Buffer>, delimiter: string, start: number): AsyncGenerator<Found | undefined> {
  let rows: Found[] = []
  let lines = 0
  const parser = parse({
    delimiter, relax_quotes: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'], max_record_size: ROW_BYTES,
    on_record: (cells: string[], context) => {
      rows.push({ cells, end: start + context.bytes, lines: context.lines - lines })
      lines = context.lines
      return null // they are taken from here: what a parser had found before it fails is not lost
    },
  })
  let failed = false
  let release: (() => void) | undefined
  parser.on('error', () => {
    failed = true
    release?.()
  })
  parser.resume()
  const feed = (give: (done: () => void) => void) => new Promise<void>(resolve => {
    release = resolve
    give(resolve)
  })
  for await (const bytes of source) {
    await feed(done => parser.write(bytes, () => done()))
    const found = rows
    rows = []
    yield* found
    if (failed) return yield undefined
  }
  await feed(done => parser.once('end', done).end())
  yield* rows
  if (failed) yield undefined
}

/** The byte after the line that begins at `start`. */
async function lineEnd(source: AsyncIterable<Buffer>, start: number): Promise<number> {
  let byte = start
  for await (const bytes of source) {
    const end = bytes.indexOf(10)
    if (end >= 0) return byte + end + 1
    byte += bytes.length
  }
  return byte
}
