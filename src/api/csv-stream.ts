import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import { guarded } from '../imports/guard.ts'

/** A CSV file that is made while it is read, a page of rows at a time. What a spreadsheet would run as a formula begins with an apostrophe. */
export function csvStream(header: string[], pages: AsyncIterable<(string | number | boolean | null)[][]>): Readable {
  return Readable.from((async function* () {
    yield stringify([header])
    for await (const rows of pages) yield stringify(rows.map(row => row.map(cell => guarded(cell === null ? '' : String(cell)))))
  })())
}

/** @param name of the file, without `.csv` */
export const csvHeaders = (name: string) => ({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}.csv"` })
