type Value = string | number | boolean | Date | null | undefined

/**
 * A value of a statement as PostgreSQL reads it. Lists are what the driver would write, several times as fast; times in them in UTC, which the
 * driver would spell out in local time.
 */
export const parameter = (value: unknown): unknown => (Array.isArray(value) ? listOf(value as Value[]) : value)

/** A list for `unnest` beside longer ones, which fills up with nulls: where there is nothing in it, it need not be sent, nor read. */
export const sparse = <T>(values: (T | null)[]): (T | null)[] | null => (values.every(value => value === null) ? null : values)

function listOf(values: Value[]): string {
  let text = '{'
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (i > 0) text += ','
    if (value === null || value === undefined) text += 'NULL'
    else if (typeof value === 'string') text += special.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`
    else text += value instanceof Date ? `"${value.toISOString()}"` : String(value)
  }
  return `${text}}`
}
const special = /["\\]/
