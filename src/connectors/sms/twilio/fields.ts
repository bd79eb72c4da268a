import type { RawRequest } from '../../connector.ts'
import { isObject, parseJson } from '../../reading.ts'

export type Fields = Record<string, string | undefined>

export function isForm(request: RawRequest): boolean {
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(request.headers['content-type'] ?? '')
}

/** The fields of a form, or the text fields of a JSON object; undefined when the body is neither. Never throws. */
export function fieldsOf(request: RawRequest): Fields | undefined {
  if (isForm(request)) return fromEntries(new URLSearchParams(request.body.toString()))
  try {
    const body = parseJson(request.body)
    if (!isObject(body)) return undefined
    return fromEntries(Object.entries(body).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
  } catch {
    return undefined
  }
}

/** Without a prototype, so that only what was sent is there. The first of a repeated field counts. */
function fromEntries(entries: Iterable<[string, string]>): Fields {
  const fields: Fields = Object.create(null) as Fields
  for (const [name, value] of entries) fields[name] ??= value
  return fields
}
