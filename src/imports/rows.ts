import type { DatabaseError } from 'pg'
import type { ImportField } from '../contract/imports.ts'
import { applyRows } from '../record/imports/apply.ts'
import { findImport, type ImportRecord } from '../record/imports/imports.ts'
import { fieldOf } from './columns.ts'
import { ImportError } from './import-error.ts'
import { contextOf } from './settings.ts'
import { understand, type Cells } from './understand.ts'
import { openImport, withImport, type ImportTools } from './work.ts'

/** Rows that are committed together. */
const CHUNK = 1000

/**
 * Applies rows that a program hands in: one JSON object a line, with the names that columns can have.
 * @param firstRow number of the first; those that are there already are not applied again. Without it they are the next
 * @returns the number of the first row. @throws {ImportError}
 */
export async function addRows({ pool, changes }: Omit<ImportTools, 'store'>, id: string, lines: string[], firstRow?: number): Promise<number> {
  let first = 0
  await withImport(pool, id, async client => {
    const record = await requireOpen(await findImport(pool, id))
    first = firstRow ?? record.row + 1
    if (first > record.row + 1) throw new ImportError('conflict', `Row ${record.row + 1} is the next, not ${first}`)
    const rows = lines.map((line, i) => ({ number: first + i, cells: cellsOf(line) })).slice(record.row + 1 - first)
    const context = await contextOf(pool, record, new Date())
    const open = await openImport(pool, record)
    let from = { row: record.row, byte: 0 }
    for (let i = 0; i < rows.length; i += CHUNK) {
      const chunk = rows.slice(i, i + CHUNK)
      const end = { row: chunk.at(-1)!.number, byte: 0 }
      const { isApplied, changed } = await applyRows(client, open, from, { rows: await understand(chunk, context), end })
      if (!isApplied) throw new ImportError('conflict', `The import does not take rows any more; row ${from.row} was the last`)
      changes.publishUsers(changed)
      from = end
    }
  }).catch((error: unknown) => {
    if ((error as DatabaseError).code === '55P03') throw new ImportError('conflict', 'Another request is adding rows to this import; send them one after the other')
    throw error
  })
  return first
}

async function requireOpen(record: ImportRecord | undefined): Promise<ImportRecord> {
  if (!record) throw new ImportError('not_found', 'There is no such import any more')
  if (record.is_file) throw new ImportError('conflict', 'This is the import of a file; rows can be added to an import that was made without one')
  if (record.status !== 'running') throw new ImportError('conflict', `The import is ${record.status}, and takes no rows`)
  return record
}

function cellsOf(line: string): Cells | string {
  let object: unknown
  try {
    object = JSON.parse(line)
  } catch {
    return 'The line is not JSON'
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return 'The line is not a JSON object'
  const values = new Map<ImportField, string>()
  const names = new Map<ImportField, string>()
  for (const [name, value] of Object.entries(object)) {
    const field = fieldOf(name)
    if (!field) return `Nobody knows a field “${name.slice(0, 100)}”`
    if (names.has(field)) return `“${name.slice(0, 100)}” and “${names.get(field)!.slice(0, 100)}” mean the same`
    if (value !== null && typeof value !== 'string' && typeof value !== 'number') return `“${name.slice(0, 100)}” is not a text`
    names.set(field, name)
    const text = value === null ? '' : String(value).trim()
    if (text) values.set(field, text)
  }
  return { values, nameOf: field => names.get(field) ?? field }
}
