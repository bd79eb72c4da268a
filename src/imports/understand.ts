import { setImmediate } from 'node:timers/promises'
import type { Connector } from '../connectors/connector.ts'
import { consentStatuses, type ConsentStatus } from '../contract/consent.ts'
import type { Identifier, Profile } from '../contract/inbound-event.ts'
import type { ImportField } from '../contract/imports.ts'
import type { LinkKind } from '../contract/links.ts'
import { toUuid } from '../ids.ts'
import type { Row } from '../record/imports/apply.ts'
import type { WantedLink } from '../record/imports/row.ts'
import { noNumber } from '../record/phone/match-key.ts'
import { spellings } from '../record/phone/spellings.ts'
import { isShortened, numberOf } from './number.ts'

/** A channel that rows can be for. */
export interface ImportChannel {
  /** uuid */
  id: string
  country: string | null
  keysOfPhone: Connector['keysOfPhone']
}

/** What is the same for all rows of an import. */
export interface RowContext {
  /** By id (`ch_…`) and by name in lower case; a text says why nobody can be imported there. */
  channels: Map<string, ImportChannel | string>
  /** Of rows that name none. */
  channel: ImportChannel | undefined
  consentSource: string | null
  consentAt: Date
  now: Date
}

/** What a row says: cells by what they mean, and the names of their columns. */
export interface Cells {
  values: Map<ImportField, string>
  nameOf(field: ImportField): string
}

/** A cell that cannot be used. */
class CellError extends Error {
  override name = 'CellError'
  readonly field: ImportField

  constructor(field: ImportField, reason: string) {
    super(reason)
    this.field = field
  }
}

const TEXT_MAX = 255
const URL_MAX = 2048
const SHOWN_MAX = 100
const EARLIEST = Date.UTC(1990, 0, 1)
/** Clocks of platforms are ahead of ours. */
const AHEAD_MS = 24 * 3_600_000

/** Rows as the record takes them. Lets others work in between. */
export async function understand(rows: { number: number; cells: Cells | string }[], context: RowContext): Promise<Row[]> {
  const understood: Row[] = []
  for (const { number, cells } of rows) {
    understood.push(typeof cells === 'string' ? { number, given: '', column: null, reason: cells } : rowOf(number, cells, context))
    if (understood.length % 25 === 0) await setImmediate()
  }
  return understood
}

/** Pure. */
function rowOf(number: number, { values, nameOf }: Cells, context: RowContext): Row {
  const given = printable(values.get('key') ?? '').slice(0, SHOWN_MAX)
  try {
    for (const [field, value] of values) requireText(field, value)
    const key = values.get('key')
    if (!key) throw new CellError('key', 'is empty: nobody can tell whom the row is about')
    const channel = channelOf(values.get('channel'), context)
    const keys = keysOf(key, channel)
    return {
      number, given, channelId: channel.id, keyColumn: nameOf('key'), ...keys, profile: profileOf(values, keys.phone.e164),
      ...consentOf(values, nameOf, context), links: linksOf(values, nameOf),
    }
  } catch (error) {
    if (!(error instanceof CellError)) throw error
    return { number, given, column: nameOf(error.field), reason: error.message }
  }
}

const printable = (text: string) => (/^[ -~]*$/.test(text) ? text : text.replaceAll(/[\p{Cc}\p{Cs}]/gu, '\uFFFD'))

function requireText(field: ImportField, value: string): void {
  if (value.includes('\0') || !value.isWellFormed() || value.includes('\uFFFD')) throw new CellError(field, 'holds characters that are not text: is the file in UTF-8?')
  const max = field === 'profilePictureUrl' ? URL_MAX : field === 'consentSource' ? 500 : TEXT_MAX
  if (value.length > max) throw new CellError(field, `has more than ${max} characters`)
}

function channelOf(name: string | undefined, { channels, channel }: RowContext): ImportChannel {
  const found = name === undefined ? channel : channels.get(name) ?? channels.get(name.toLowerCase())
  if (found === undefined) throw new CellError('channel', name === undefined ? 'is empty, and no channel was chosen' : `No channel has the id or name “${name}”`)
  if (typeof found === 'string') throw new CellError('channel', found)
  return found
}

function keysOf(text: string, { country, keysOfPhone }: ImportChannel): { lookUp: string[]; keys: Identifier[]; phone: ReturnType<typeof numberOf> } {
  if (!keysOfPhone) return { lookUp: [text], keys: [{ kind: 'user_id', key: text }], phone: noNumber }
  if (isShortened(text)) throw new CellError('key', 'Excel has shortened the number and its last digits are lost: give the column the format Text, and fill it in again')
  const phone = numberOf(text, country)
  const keys = phone.e164 === null ? [] : spellings(phone.e164).flatMap(keysOfPhone)
  return { lookUp: [...new Set([text, ...keys.map(({ key }) => key)])], keys, phone }
}

function profileOf(values: Map<ImportField, string>, externalId: string | null): Profile {
  const name = values.get('name') ?? [values.get('firstName'), values.get('lastName')].filter(Boolean).join(' ')
  const isoCountryCode = values.get('isoCountryCode')?.toUpperCase()
  if (isoCountryCode && !/^[A-Z]{2}$/.test(isoCountryCode)) throw new CellError('isoCountryCode', 'is not a country code of two letters, as IT')
  const tag = (field: 'locale' | 'language') => {
    const value = values.get(field)
    if (value && !/^[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}$/.test(value)) throw new CellError(field, `is not a ${field}, as de or de-AT`)
    return value
  }
  const locale = tag('locale')
  const language = tag('language')
  const profilePictureUrl = values.get('profilePictureUrl')
  if (profilePictureUrl && !/^https?:\/\//i.test(profilePictureUrl)) throw new CellError('profilePictureUrl', 'is not an address that begins with https://')
  if (name.length > TEXT_MAX) throw new CellError('firstName', `The whole name has more than ${TEXT_MAX} characters`)
  return {
    ...name && { name }, ...externalId && { externalId }, ...locale && { locale }, ...language && { language }, ...isoCountryCode && { isoCountryCode },
    ...profilePictureUrl && { profilePictureUrl },
  }
}

const letters = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, '')
const statuses = new Map<string, ConsentStatus>(consentStatuses.map(status => [letters(status), status]))

function consentOf(values: Map<ImportField, string>, nameOf: Cells['nameOf'], context: RowContext) {
  const said = values.get('consentStatus')
  if (said === undefined) return {}
  const status = statuses.get(letters(said))
  if (!status) throw new CellError('consentStatus', `“${said.slice(0, SHOWN_MAX)}” is none of ${consentStatuses.join(', ')}`)
  const source = values.get('consentSource') ?? context.consentSource
  if (!source) throw new CellError('consentStatus', 'says consent, and nothing says where it was given: state the source')
  const date = values.get('consentAt')
  return { consent: { status, source, at: date === undefined ? context.consentAt : timeOf(date, context.now), column: nameOf('consentStatus') } }
}

/** ISO 8601, also with a blank for the T, and 31.12.2026; without a zone it is UTC. */
function timeOf(text: string, now: Date): Date {
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text)
  const iso = german ? `${german[3]}-${german[2]!.padStart(2, '0')}-${german[1]!.padStart(2, '0')}` : text.replace(' ', 'T')
  const isDate = /^\d{4}-\d\d-\d\d$/.test(iso)
  if (!isDate && !/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/.test(iso)) throw new CellError('consentAt', 'is not a date, as 2026-12-31')
  const time = new Date(isDate || /(?:Z|[+-]\d\d:?\d\d)$/.test(iso) ? iso : `${iso}Z`)
  const isReal = !Number.isNaN(time.getTime()) && (!isDate || time.toISOString().startsWith(iso))
  if (!isReal) throw new CellError('consentAt', 'is not a date of the calendar')
  if (time.getTime() > now.getTime() + AHEAD_MS) throw new CellError('consentAt', 'is in the future')
  if (time.getTime() < EARLIEST) throw new CellError('consentAt', 'is before 1990')
  return time
}

const linkFields: [ImportField, LinkKind][] = [
  ['contact', 'contact'], ['account', 'account'], ['lead', 'lead'], ['employee', 'employee'], ['personAccount', 'person_account'],
]

function linksOf(values: Map<ImportField, string>, nameOf: Cells['nameOf']): WantedLink[] {
  return linkFields.flatMap(([field, kind]) => {
    const given = values.get(field)
    return given === undefined ? [] : [{ kind, given, column: nameOf(field), ref: refOf(field, given) }]
  })
}

function refOf(field: ImportField, given: string): WantedLink['ref'] {
  const prefix = field === 'account' ? 'ac' : 'in'
  if (new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`).test(given)) return { id: toUuid(given) }
  const named = /^([a-z0-9][a-z0-9._-]{0,59}):(.+)$/i.exec(given)
  if (named) return { system: named[1]!.toLowerCase(), externalId: named[2]! }
  // Ids of Salesforce's have 15 or 18 letters and digits, and begin with the kind of record.
  if (/^[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?$/.test(given)) return { system: 'salesforce', externalId: given }
  throw new CellError(field, `is neither an id (${prefix}_…) nor the id of another system (system:id)`)
}
