import type { Individual } from '../../../src/contract/individuals.ts'

export type Attributes = Individual['attributes']
export interface AttributeRow {
  name: string
  value: string
}

export const attributeRows = (attributes: Attributes): AttributeRow[] =>
  Object.entries(attributes).map(([name, value]) => ({ name, value: value === null ? '' : String(value) }))

/** What to send so that the rows are what is noted: what is gone is null, and what stays as it is is left out. */
export function changedAttributes(before: Attributes, rows: AttributeRow[]): Attributes {
  const wanted = new Map(rows.filter(({ name }) => name.trim()).map(({ name, value }) => [name.trim(), value.trim()]))
  const gone = Object.keys(before).filter((name) => !wanted.has(name))
  const changed = [...wanted].filter(([name, value]) => !Object.hasOwn(before, name) || String(before[name] ?? '') !== value)
  return Object.fromEntries([
    ...gone.map((name) => [name, null] as const),
    ...changed.map(([name, value]) => [name, typedAs(before[name], value)] as const),
  ])
}

/** A number stays a number, and a yes or no stays one, as long as what is typed can be read as such. */
function typedAs(before: Attributes[string] | undefined, value: string): string | number | boolean {
  if (typeof before === 'number' && value !== '' && Number.isFinite(Number(value))) return Number(value)
  if (typeof before === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}
