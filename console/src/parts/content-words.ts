type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null

/** Every object within a message's content, outermost first; platforms nest what they say some levels deep. */
function* within(value: unknown, depth = 4): Generator<Fields> {
  if (!isFields(value) || depth === 0) return
  yield value
  for (const part of Object.values(value)) yield* within(part, depth - 1)
}

/** The first of the named fields that says something, in an object of the content. */
function told(fields: Fields, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = fields[name]
    if (typeof value === 'number') return String(value)
    if (typeof value === 'string' && value.trim() !== '') return value
  }
  return undefined
}

/**
 * What a message that is not text says, in words: the place, who is passed on, the reaction. Every platform nests it in its own way,
 * so it is found by the names of its fields.
 * @returns undefined where there is nothing to be said of its kind
 */
export function contentInWords(type: string, content: unknown, text: string | null): string | undefined {
  const parts = [...within(content)]
  switch (type) {
    case 'location':
      return parts.map(place).find(Boolean)
    case 'contacts':
      return [...new Set(parts.map(contact).filter(Boolean))].join(', ') || undefined
    case 'reaction':
      return text === null ? 'Reaction taken back' : `Reacted with ${text}`
    case 'sticker':
      return parts.map((fields) => told(fields, 'emoji')).find(Boolean)
    default:
      return undefined
  }
}

function place(fields: Fields): string | undefined {
  const latitude = told(fields, 'latitude', 'lat')
  const longitude = told(fields, 'longitude', 'long', 'lng', 'lon')
  if (latitude === undefined || longitude === undefined) return undefined
  const named = [told(fields, 'name', 'title'), told(fields, 'address')].filter(Boolean).join(', ')
  return named ? `${named} (${latitude}, ${longitude})` : `${latitude}, ${longitude}`
}

function contact(fields: Fields): string | undefined {
  const name = told(isFields(fields.name) ? fields.name : fields, 'formatted_name', 'first_name', 'firstName')
  if (name === undefined) return undefined
  const surname = told(fields, 'last_name', 'lastName')
  const number = [...within(fields)].map((part) => told(part, 'phone', 'phone_number', 'phoneNumber')).find(Boolean)
  const whole = surname ? `${name} ${surname}` : name
  // The parts of a name are an object as well; the contact is the one around it.
  return 'formatted_name' in fields ? undefined : number ? `${whole} (${number})` : whole
}

const units = ['bytes', 'kB', 'MB', 'GB']

/** 1234 → `1.2 kB`. */
export function formatSize(bytes: number): string {
  const unit = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1)
  return `${(bytes / 1000 ** unit).toFixed(unit > 0 && bytes / 1000 ** unit < 10 ? 1 : 0)} ${units[unit]}`
}
