import type { Pool } from 'pg'
import { connectorOf } from '../connectors/registry.ts'
import type { ImportField, ImportSettings } from '../contract/imports.ts'
import { toTypeId } from '../ids.ts'
import { moveImportTo, saveMapping, saveSettings, type ImportRecord } from '../record/imports/imports.ts'
import { ImportError } from './import-error.ts'
import type { ImportChannel, RowContext } from './understand.ts'

interface ChannelRow {
  id: string
  name: string
  type: string
  iso_country_code: string | null
}

/** A channel as imports see it; a text says why nobody can be imported there. */
function importChannel({ id, name, type, iso_country_code: country }: ChannelRow): ImportChannel | string {
  const connector = connectorOf(type)
  if (!connector?.traits.massCreate) {
    return `On the channel “${name}” nobody can be created in advance: on ${connector?.label ?? type} people have no address until they write themselves`
  }
  return { id, country, keysOfPhone: connector.keysOfPhone }
}

const channelRows = async (pool: Pool) => (await pool.query<ChannelRow>('select id, name, type, iso_country_code from channels')).rows

/** @throws {ImportError} 404 for a channel that is not there, 409 for one that does not allow it */
export async function requireChannel(pool: Pool, id: string): Promise<ImportChannel> {
  const row = (await channelRows(pool)).find(channel => channel.id === id)
  if (!row) throw new ImportError('not_found', `No channel with the id ${toTypeId('ch', id)}`)
  const channel = importChannel(row)
  if (typeof channel === 'string') throw new ImportError('conflict', channel)
  return channel
}

/** @param name or id. @returns its uuid. @throws {ImportError} as `requireChannel` */
export async function channelNamed(pool: Pool, name: string): Promise<string> {
  const row = (await channelRows(pool)).find(channel => channel.name.toLowerCase() === name.toLowerCase() || toTypeId('ch', channel.id) === name)
  if (!row) throw new ImportError('not_found', `No channel has the name or id ${name}`)
  await requireChannel(pool, row.id)
  return row.id
}

/** What is needed to understand the rows of an import. */
export async function contextOf(pool: Pool, record: ImportRecord, now: Date): Promise<RowContext> {
  const rows = await channelRows(pool)
  const known = new Map(rows.map(row => [row.id, importChannel(row)]))
  const chosen = record.channel_id === null ? undefined : known.get(record.channel_id)
  return {
    channels: new Map(rows.flatMap(row => [[row.name.toLowerCase(), known.get(row.id)!], [toTypeId('ch', row.id), known.get(row.id)!]])),
    channel: typeof chosen === 'string' ? undefined : chosen, consentSource: record.consent_source, consentAt: record.consent_at ?? record.started_at ?? now, now,
  }
}

/**
 * Changes what an import is to do, before it runs.
 * @param channelId uuid. @throws {ImportError}
 */
export async function changeSettings(pool: Pool, record: ImportRecord, { columns = {}, saveAs, ...change }: ImportSettings, channelId?: string | null): Promise<void> {
  const unknown = Object.keys(columns).find(name => !record.header.includes(name))
  if (unknown !== undefined) throw new ImportError('bad_request', `The file has no column “${unknown}”`)
  const mapping = record.header.map((name, i) => (Object.hasOwn(columns, name) ? columns[name]! : record.mapping[i]!))
  const twice = mapping.find((field, i) => field && mapping.indexOf(field) < i)
  if (twice) throw new ImportError('bad_request', `Two columns are to be ${twice}`)
  if (channelId) await requireChannel(pool, channelId)
  const isSaved = await saveSettings(pool, record.id, {
    mapping,
    channel_id: channelId === undefined ? record.channel_id : channelId,
    consent_source: change.consentSource === undefined ? record.consent_source : change.consentSource,
    consent_at: change.consentAt === undefined ? record.consent_at : change.consentAt === null ? null : new Date(change.consentAt),
  })
  if (!isSaved) throw new ImportError('conflict', `The import is ${record.status}: what it does cannot be changed any more`)
  if (saveAs) await saveMapping(pool, saveAs, Object.fromEntries(record.header.flatMap((name, i) => (mapping[i] ? [[name, mapping[i]]] : []))) as Record<string, ImportField>)
}

/** Begins the dry run of a file, or the import itself. @throws {ImportError} when something is missing, or it is past that */
export async function beginImport(pool: Pool, record: ImportRecord, what: 'checking' | 'running', { withJob = true } = {}): Promise<void> {
  const { mapping } = record
  if (!mapping.includes('key')) throw new ImportError('bad_request', 'No column says whom the rows are about: map one to key')
  if (!mapping.includes('channel') && !record.channel_id) throw new ImportError('bad_request', 'Choose a channel, or map a column to channel')
  if (mapping.includes('consentStatus') && !mapping.includes('consentSource') && !record.consent_source) {
    throw new ImportError('bad_request', 'The file says consent, and nothing says where it was given: state consentSource, or map a column to it')
  }
  if (record.channel_id) await requireChannel(pool, record.channel_id)
  if (!await moveImportTo(pool, record.id, ['ready'], what, { withJob })) throw new ImportError('conflict', `The import is ${record.status}`)
}
