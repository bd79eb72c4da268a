import type { Pool } from 'pg'
import type { ImportField } from '../contract/imports.ts'
import type { MessagingUserCreate } from '../contract/messaging-users.ts'
import { toUuid } from '../ids.ts'
import { createOne } from '../record/imports/apply.ts'
import type { RowOutcome } from '../record/imports/row.ts'
import type { Importer } from '../record/imports/write.ts'
import { ImportError } from './import-error.ts'
import { requireChannel } from './settings.ts'
import { understand, type Cells } from './understand.ts'

/** Cells whose names in a request are others. */
const names: Partial<Record<ImportField, string>> = {
  contact: 'contactId', account: 'accountId', lead: 'leadId', employee: 'employeeId', personAccount: 'personAccountId',
  consentSource: 'consent.source', consentAt: 'consent.at',
}

/**
 * Creates one messaging user, as a row of an import would. Who is there already is not changed.
 * @returns `created`, or `rejected` with the field of the request; another outcome tells who is there
 * @throws {ImportError} 404 for a channel that is not there, 409 for one where nobody can be created in advance
 */
export async function createMessagingUser(pool: Pool, wish: MessagingUserCreate, importer: Importer): Promise<RowOutcome> {
  const now = new Date()
  const channel = await requireChannel(pool, toUuid(wish.channelId))
  const [row] = await understand([{ number: 1, cells: cellsOf(wish) }], { channels: new Map(), channel, consentSource: null, consentAt: now, now })
  const outcome = await createOne(pool, row!, importer)
  if (!outcome) throw new ImportError('not_found', `No channel with the id ${wish.channelId}`)
  return outcome
}

function cellsOf({ key, name, locale, language, isoCountryCode, consent, ...links }: MessagingUserCreate): Cells {
  const given: Partial<Record<ImportField, string | undefined>> = {
    key, name, locale, language, isoCountryCode, contact: links.contactId, account: links.accountId, lead: links.leadId, employee: links.employeeId,
    personAccount: links.personAccountId, consentStatus: consent?.status, consentSource: consent?.source, consentAt: consent?.at,
  }
  const fields = Object.keys(given) as ImportField[]
  return { values: new Map(fields.flatMap(field => (given[field] ? [[field, given[field].trim()]] : []))), nameOf: field => names[field] ?? field }
}
