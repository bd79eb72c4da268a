import { Readable } from 'node:stream'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { stringify } from 'csv-stringify/sync'
import { Type, type Static } from 'typebox'
import { Strict } from '../contract/common.ts'
import {
  AccountId, AccountUpsert, ImportQuery, ImportResult, IndividualId, IndividualKind, IndividualUpsert,
} from '../contract/individuals.ts'
import { toUuid } from '../ids.ts'
import { saveAccounts } from '../record/accounts.ts'
import { saveIndividuals } from '../record/individuals.ts'
import type { Wish } from '../record/save.ts'
import { listAccounts } from './account-row.ts'
import { accountName } from './accounts.ts'
import type { Api, ApiDeps } from './app.ts'
import { accountShape, cellsOf, headerOf, individualShape, type CsvShape, type Widths } from './csv-columns.ts'
import { FILE_BYTES, importCsv } from './csv-import.ts'
import { ApiError } from './errors.ts'
import { listIndividuals } from './individual-row.ts'
import { individualName, stored } from './individuals.ts'

const read = { access: { role: 'viewer', scope: 'individuals:read' } } as const
const write = { access: { role: 'agent', scope: 'individuals:write' } } as const
const ExportQuery = Strict({ kind: Type.Optional(IndividualKind) })
const IndividualLine = Strict({ id: Type.Optional(IndividualId), ...IndividualUpsert.properties })
const AccountLine = Strict({ id: Type.Optional(AccountId), ...AccountUpsert.properties })
const PAGE = 500

const exportDescription = 'UTF-8 with commas and a byte order mark. Phones, e-mails and external ids have numbered columns, `attributes` is JSON. '
  + 'A cell that a spreadsheet would run as a formula begins with an apostrophe. The import takes such files.'
const importDescription = `Takes \`text/csv\`, UTF-8 with commas, up to ${FILE_BYTES / 2 ** 20} MB, with the columns of the export (and \`attributes.<name>\`). `
  + 'A row changes the record of its `id`, else that of `externalSystem1` and `externalId1`; without either, or if there is none, it creates one. '
  + 'An empty cell changes nothing; external ids are added to those there are. 500 rows are committed together, and rows that are wrong are '
  + 'left out. With `dryRun`, rows for one record that is not there yet can count as created more than once.'

/** Individuals and accounts as CSV files, out and in. */
export function recordFileRoutes(api: Api, { pool, changes }: ApiDeps): void {
  api.get('/individuals/export', {
    config: read,
    schema: {
      tags: ['individuals'], summary: 'Export individuals as CSV, newest first', querystring: ExportQuery, description: exportDescription,
    },
  }, async ({ query }, reply) => {
    const { rows: [widths] } = await pool.query<Widths>(`
      select ${widest('individual_phones', 'individual_id')} as phones, ${widest('individual_emails', 'individual_id')} as emails,
        ${widest('external_ids', 'record_id')} as "externalIds"`)
    return reply.headers(fileHeaders('individuals')).send(csvOf(individualShape, widths!, cursor => listIndividuals(pool, { ...query, cursor, limit: PAGE })))
  })

  api.get('/accounts/export', {
    config: read,
    schema: { tags: ['accounts'], summary: 'Export accounts as CSV, newest first', description: exportDescription },
  }, async (_, reply) => {
    const { rows: [widths] } = await pool.query<Widths>(`select ${widest('external_ids', 'record_id')} as "externalIds"`)
    return reply.headers(fileHeaders('accounts')).send(csvOf(accountShape, widths!, cursor => listAccounts(pool, { cursor, limit: PAGE })))
  })

  const tell = (result: ImportResult) => {
    if (!result.dryRun && result.created + result.updated > 0) changes.publish([{ type: 'many' }])
    return result
  }
  void api.register(async (instance) => {
    const scope = instance.withTypeProvider<TypeBoxTypeProvider>()
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload))

    scope.post('/individuals/imports', {
      config: write,
      schema: {
        tags: ['individuals'], summary: 'Import individuals from CSV', querystring: ImportQuery, response: { 200: ImportResult }, description: importDescription,
      },
    }, async (request) => tell(await importCsv(fileOf(request), {
      shape: individualShape, name: individualName, schema: IndividualLine, dryRun: request.query.dryRun!,
      save: (lines: Static<typeof IndividualLine>[]) =>
        saveIndividuals(pool, lines.map(line => wishOf(stored(line))), { dryRun: request.query.dryRun! }),
    })))

    scope.post('/accounts/imports', {
      config: write,
      schema: {
        tags: ['accounts'], summary: 'Import accounts from CSV', querystring: ImportQuery, response: { 200: ImportResult }, description: importDescription,
      },
    }, async (request) => tell(await importCsv(fileOf(request), {
      shape: accountShape, name: accountName, schema: AccountLine, dryRun: request.query.dryRun!,
      save: (lines: Static<typeof AccountLine>[]) => saveAccounts(pool, lines.map(wishOf), { dryRun: request.query.dryRun! }),
    })))
  })
}

const widest = (table: string, column: string) => `(select coalesce(max(n), 0) from (select count(*) as n from ${table} group by ${column}) counts)`

const fileHeaders = (name: string) => ({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}.csv"` })

/** A file that is made while it is read, a page at a time. */
function csvOf(
  shape: CsvShape, widths: Widths, pageAfter: (cursor: string | undefined) => Promise<{ items: object[]; nextCursor: string | null }>,
): Readable {
  return Readable.from((async function* () {
    yield stringify([headerOf(shape, widths)], { bom: true }) // or spreadsheets would take it for another encoding
    let cursor: string | null | undefined
    do {
      const { items, nextCursor } = await pageAfter(cursor ?? undefined)
      yield stringify(items.map(item => cellsOf(shape, widths, { ...item })), { quoted_match: '\r' })
      cursor = nextCursor
    } while (cursor)
  })())
}

const wishOf = <Change extends AccountUpsert>({ id, externalIds, ...change }: Change & { id?: string }): Wish<Omit<Change, 'id' | 'externalIds'>> =>
  ({ ...id && { id: toUuid(id) }, externalIds: externalIds ?? [], change })

/** @throws {ApiError} for what is not a CSV file that is small enough */
function fileOf({ body, headers }: FastifyRequest): Readable {
  const charset = /charset="?([^";]+)/i.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8'
  if (!(body instanceof Readable) || !/^utf-?8$/i.test(charset)) throw new ApiError('unsupported_media_type', 'Send the file as text/csv, in UTF-8')
  if (Number(headers['content-length'] ?? 0) > FILE_BYTES) throw new ApiError('too_large', `The file is larger than ${FILE_BYTES / 2 ** 20} MB`)
  return body
}
