import { fieldError } from './errors.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** A row's place in a list that is sorted by a time and, where times are equal, by the id. `at` in microseconds since 1970. */
export interface Place {
  at: number
  id: string
}

const encode = (key: unknown[]) => Buffer.from(JSON.stringify(key)).toString('base64url')

function decode(cursor: string): unknown[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(key)) return key
  } catch {}
  throw badCursor()
}

const badCursor = () => fieldError('cursor', 'is not one this list gave out', 'invalid_cursor')

/** @throws {ApiError} `invalid_cursor` */
export function placeOf(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined
  const [at, id, ...rest] = decode(cursor)
  if (!Number.isSafeInteger(at) || typeof id !== 'string' || !uuid.test(id) || rest.length > 0) throw badCursor()
  return { at: at as number, id }
}

/** For lists sorted by one text alone. @throws {ApiError} `invalid_cursor` */
export function textOf(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const [text, ...rest] = decode(cursor)
  if (typeof text !== 'string' || rest.length > 0) throw badCursor()
  return text
}

/** What the database holds in four bytes. */
const isInt4 = (number: number) => number >= -(2 ** 31) && number < 2 ** 31

/** For lists sorted by a whole number alone. @throws {ApiError} `invalid_cursor` */
export function numberOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  const [number, ...rest] = decode(cursor)
  if (!Number.isInteger(number) || !isInt4(number as number) || rest.length > 0) throw badCursor()
  return number as number
}

/** For lists sorted by a whole number and, where these are equal, by the id. @throws {ApiError} `invalid_cursor` */
export function numberAndId(cursor: string | undefined): { number: number; id: string } | undefined {
  const place = placeOf(cursor)
  if (place && !isInt4(place.at)) throw badCursor()
  return place && { number: place.at, id: place.id }
}

/** For lists sorted by a text and, where these are equal, by the id. @throws {ApiError} `invalid_cursor` */
export function textAndId(cursor: string | undefined): { text: string; id: string } | undefined {
  if (cursor === undefined) return undefined
  const [text, id, ...rest] = decode(cursor)
  if (typeof text !== 'string' || typeof id !== 'string' || !uuid.test(id) || rest.length > 0) throw badCursor()
  return { text, id }
}

/** For lists sorted by a UUID alone. @throws {ApiError} `invalid_cursor` */
export function uuidOf(cursor: string | undefined): string | undefined {
  const text = textOf(cursor)
  if (text !== undefined && !uuid.test(text)) throw badCursor()
  return text
}

/** SQL for a time as the microseconds of a `Place`: a Date would lose what lies below the millisecond. */
export const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::float8`
/** SQL for the time that `micros` gave; exact, because a float holds 53 bits. */
export const timeOfMicros = (parameter: string) => `(timestamptz 'epoch' + ${parameter}::float8 * interval '1 microsecond')`

/**
 * The page that `rows` make: one more than `limit` is asked of the database, and tells that there are more.
 * @param keyOf the sort key of a row, which the next page begins after
 */
export function page<Row, Item>(rows: Row[], limit: number, keyOf: (row: Row) => unknown[], show: (row: Row) => Item) {
  const shown = rows.slice(0, limit)
  const last = rows.length > limit ? shown.at(-1) : undefined
  return { items: shown.map(show), nextCursor: last === undefined ? null : encode(keyOf(last)) }
}
