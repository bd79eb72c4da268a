import { guarded, unguarded } from '../imports/guard.ts'

/** How records of a kind stand in a CSV file, one a line. */
export interface CsvShape {
  /** Columns with one value. */
  fields: string[]
  /** Columns that are written, and passed over when read. */
  shownOnly: string[]
  lists: (keyof typeof lists)[]
}

/** Lists take a few columns for each item; `#` is its number, from 1. The first column is the one an item needs. */
const lists = {
  phones: { 'phone#': 'number', 'phone#Label': 'label', 'phone#IsVerified': 'isVerified', 'phone#IsShared': 'isShared' },
  emails: { 'email#': 'email', 'email#Label': 'label', 'email#IsVerified': 'isVerified' },
  externalIds: { 'externalId#': 'externalId', 'externalSystem#': 'system' },
} as const

export const individualShape: CsvShape = {
  fields: ['id', 'kind', 'name', 'firstName', 'lastName', 'accountId', 'language', 'isoCountryCode'],
  shownOnly: ['accountName', 'createdAt', 'updatedAt'],
  lists: ['phones', 'emails', 'externalIds'],
}
export const accountShape: CsvShape = {
  fields: ['id', 'name', 'website', 'isoCountryCode'],
  shownOnly: ['createdAt', 'updatedAt'],
  lists: ['externalIds'],
}

/** How many items of each list a file has room for. */
export type Widths = Partial<Record<keyof typeof lists, number>>
type Item = Record<string, unknown>

export const headerOf = (shape: CsvShape, widths: Widths): string[] =>
  [...shape.fields, ...listColumns(shape, widths).map(({ name }) => name), 'attributes', ...shape.shownOnly]

/** @throws {Error} for a record with more items than there are columns */
export function cellsOf(shape: CsvShape, widths: Widths, record: Item): string[] {
  for (const list of shape.lists) {
    if ((record[list] as Item[]).length > (widths[list] ?? 0)) throw new Error(`${String(record.id)} got more ${list} while they were exported`)
  }
  const ofLists = listColumns(shape, widths).map(({ list, index, property }) => (record[list] as Item[])[index]?.[property])
  return [...shape.fields.map(field => record[field]), ...ofLists, JSON.stringify(record.attributes), ...shape.shownOnly.map(field => record[field])]
    .map(value => guarded(value === null || value === undefined ? '' : String(value)))
}

const listColumns = (shape: CsvShape, widths: Widths) => shape.lists.flatMap(list => Array.from({ length: widths[list] ?? 0 }, (_, index) =>
  Object.entries(lists[list]).map(([pattern, property]) => ({ list, index, property, name: pattern.replace('#', String(index + 1)) }))).flat())

/** What a column of a file means; undefined: it is passed over. */
export type Column = { field: string } | { attribute: string } | { list: keyof typeof lists; number: number; property: string } | undefined

/** @returns the columns, or those that are wrong */
export function columnsOf(shape: CsvShape, header: string[]): Column[] | { field: string; message: string }[] {
  const columns = header.map(name => columnOf(shape, name))
  const faults = header.flatMap((field, i) => (columns[i] === 'unknown' ? [{ field, message: 'is not a column that is known' }]
    : header.indexOf(field) < i ? [{ field, message: 'is there twice' }] : []))
  return faults.length > 0 ? faults : columns as Column[]
}

export const areColumns = (columns: ReturnType<typeof columnsOf>): columns is Column[] => !columns.some(column => column && 'message' in column)

function columnOf(shape: CsvShape, name: string): Column | 'unknown' {
  if (shape.shownOnly.includes(name)) return undefined
  if (name === 'attributes' || shape.fields.includes(name)) return { field: name }
  if (name.startsWith('attributes.') && name.length > 'attributes.'.length) return { attribute: name.slice('attributes.'.length) }
  for (const list of shape.lists) {
    for (const [pattern, property] of Object.entries(lists[list])) {
      const number = new RegExp(`^${pattern.replace('#', '([1-9]\\d?)')}$`).exec(name)?.[1]
      if (number) return { list, number: Number(number), property }
    }
  }
  return 'unknown'
}

/** What a line says. An empty cell says nothing. `columnAt` names the column of a path such as `phones.0.number`. */
export interface Line {
  value: Item
  columnAt(path: string): string
}

/** @throws {CellError} for what cannot be in a cell */
export function lineOf(columns: Column[], header: string[], cells: string[]): Line {
  if (cells.length > header.length) throw new CellError(null, `The line has ${cells.length} cells, and there are ${header.length} columns`)
  const value: Item = {}
  const items: Partial<Record<keyof typeof lists, Map<number, Item>>> = {}
  cells.forEach((raw, i) => {
    const column = columns[i]
    const cell = unguarded(raw).trim()
    if (!column || cell === '') return
    if (/[\0\uFFFD]/.test(cell)) throw new CellError(header[i]!, 'is not text in UTF-8')
    if ('attribute' in column) value.attributes = { ...value.attributes as Item, [column.attribute]: cell }
    else if ('field' in column) value[column.field] = column.field === 'attributes' ? { ...attributesOf(cell), ...value.attributes as Item } : cell
    else {
      const list = items[column.list] ??= new Map()
      list.set(column.number, { ...list.get(column.number), [column.property]: column.property.startsWith('is') ? truth(cell) : cell })
    }
  })
  const numbers = Object.fromEntries(Object.entries(items).map(([list, found]) => [list, [...found.keys()].toSorted((a, b) => a - b)]))
  for (const [list, found] of Object.entries(items)) value[list] = numbers[list]!.map(number => found.get(number))
  return { value, columnAt: path => columnName(path, numbers) }
}

/** Why a line is not taken. */
export class CellError extends Error {
  override name = 'CellError'
  readonly field: string | null

  constructor(field: string | null, message: string) {
    super(message)
    this.field = field
  }
}

function attributesOf(cell: string): Item {
  try {
    const value: unknown = JSON.parse(cell)
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && isStorable(value as Item)) return value as Item
  } catch {}
  throw new CellError('attributes', 'is not a JSON object')
}
const isStorable = (value: Item) => Object.entries(value).flat().every(part => typeof part !== 'string' || (part.isWellFormed() && !part.includes('\0')))

const truth = (cell: string) => ({ true: true, false: false, 1: true, 0: false, yes: true, no: false }[cell.toLowerCase()] ?? cell)

function columnName(path: string, numbers: Record<string, number[]>): string {
  const [list, index, property] = path.split('.') as [keyof typeof lists, string?, string?]
  const number = index === undefined ? undefined : numbers[list]?.[Number(index)]
  if (number === undefined) return path
  const [pattern] = Object.entries(lists[list]).find(([, name]) => name === property) ?? Object.entries(lists[list])[0]!
  return pattern.replace('#', String(number))
}
