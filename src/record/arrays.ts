type Value = string | number | boolean | Date | null | undefined

/** Lists of values for a statement, each as PostgreSQL reads it: what the driver would write, several times as fast, for long ones. */
export const arrays = (lists: (Value[] | string)[]): string[] => lists.map(list => (typeof list === 'string' ? list : arrayOf(list)))

function arrayOf(values: Value[]): string {
  let text = '{'
  for (const [i, value] of values.entries()) {
    if (i > 0) text += ','
    if (value === null || value === undefined) text += 'NULL'
    else if (typeof value === 'string') text += special.test(value) ? `"${value.replaceAll(/["\\]/g, '\\$&')}"` : `"${value}"`
    else text += value instanceof Date ? `"${value.toISOString()}"` : String(value)
  }
  return `${text}}`
}
const special = /["\\]/
