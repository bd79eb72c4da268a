import { Readable } from 'node:stream'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Pool } from 'pg'
import {
  Import, ImportCreate, ImportId, ImportOutcomeQuery, ImportQuery, ImportRowOutcome, ImportRowsQuery, ImportRowsResult, ImportSettings,
  type ImportStatus,
} from '../contract/imports.ts'
import { Page, Strict } from '../contract/common.ts'
import { toTypeId, toUuid } from '../ids.ts'
import { ImportError } from '../imports/import-error.ts'
import { addRows } from '../imports/rows.ts'
import { beginImport, changeSettings, requireChannel } from '../imports/settings.ts'
import { FileStore } from '../imports/storage.ts'
import { receiveFile } from '../imports/upload.ts'
import { createImport, deleteImport, findImport, findMapping, moveImportTo, type ImportRecord } from '../record/imports/imports.ts'
import type { Caller } from './access.ts'
import type { Api, ApiDeps } from './app.ts'
import { actorOf } from './consent-events.ts'
import { csvHeaders, csvStream } from './csv-stream.ts'
import { ApiError, notFound } from './errors.ts'
import { showImport, showOutcome, type OutcomeRow } from './import-row.ts'
import { micros, numberOf, page, placeOf, timeOfMicros } from './paging.ts'

const tags = ['imports']
const params = Strict({ id: ImportId })
const read = { access: { role: 'viewer', scope: 'messaging-users:read' } } as const
const write = { access: { role: 'agent', scope: 'messaging-users:write' } } as const
/** What files come as. Whatever they are called, what they are is seen from their bytes. */
const fileTypes = ['text/csv', 'text/plain', 'text/tab-separated-values', 'application/csv', 'application/vnd.ms-excel', 'application/octet-stream', 'application/zip',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet']
const LINES_BYTES = 16 * 2 ** 20
const LINES = 10_000
const OUTCOMES = 5000

/** Mass creation of messaging users: files and rows in, and what became of them. */
export function importRoutes(api: Api, deps: ApiDeps): void {
  const { pool } = deps
  const store = new FileStore(pool, deps.blobs)
  fileRoutes(api, deps, store)
  rowRoutes(api, deps)
  stepRoutes(api, pool)

  api.get('/imports', {
    config: read,
    schema: { tags, summary: 'List imports, newest first', querystring: ImportQuery, response: { 200: Page(Import) } },
  }, async ({ query: { cursor, limit = 50 } }) => {
    const place = placeOf(cursor)
    const { rows } = await pool.query<ImportRecord & { micros: number }>(`
      select *, ${micros('created_at')} as micros from imports
      ${place ? `where (created_at, id) < (${timeOfMicros('$2')}, $3)` : ''} order by created_at desc, id desc limit $1`,
    [limit + 1, ...place ? [place.at, place.id] : []])
    return page(rows, limit, row => [row.micros, row.id], showImport)
  })

  api.get('/imports/:id', {
    config: read,
    schema: {
      tags, summary: 'Read an import', params, response: { 200: Import },
      description: 'With what its columns are taken for, its first rows, how far it is, and what the last dry run found.',
    },
  }, async ({ params: { id } }) => showImport(await requireImport(pool, id)))

  api.put('/imports/:id/mapping', {
    config: write,
    schema: { tags, summary: 'Say what the columns of a file mean', params, body: ImportSettings, response: { 200: Import }, description: 'Before it is started. `saveAs` keeps the mapping for other files.' },
  }, async ({ params: { id }, body }) => {
    await refusing(changeSettings(pool, await requireImport(pool, id), body, body.channelId && toUuid(body.channelId)))
    return showImport(await requireImport(pool, id))
  })

  api.delete('/imports/:id', {
    config: write,
    schema: { tags, summary: 'Discard a file that was not started', params },
  }, async ({ params: { id } }, reply) => {
    const { id: uuid, status } = await requireImport(pool, id)
    if (status !== 'ready') throw new ApiError('conflict', `The import is ${status}: what it did is kept`)
    await store.delete(uuid)
    await deleteImport(pool, uuid)
    return reply.code(204).send()
  })
}

function fileRoutes(api: Api, { pool }: ApiDeps, store: FileStore): void {
  void api.register(async (instance) => {
    const scope = instance.withTypeProvider<TypeBoxTypeProvider>()
    scope.removeContentTypeParser('text/plain')
    scope.addContentTypeParser(fileTypes, (_request, payload, done) => done(null, payload))
    scope.post('/imports', {
      config: write,
      schema: {
        tags, summary: 'Upload a file, or begin to hand in rows', querystring: ImportCreate, response: { 201: Import },
        description: 'The body is the file, of any size: CSV in UTF-8, UTF-16 or Windows-1252, with commas, semicolons or tabs. Nothing is imported yet. '
          + 'Without a body it is an import that takes rows at once, at `/imports/:id/rows`.',
      },
    }, async ({ body, caller, query }, reply) => {
      const { fileName, channelId, consentSource, consentAt, mapping } = query
      if (channelId) await refusing(requireChannel(pool, toUuid(channelId)))
      const columns = mapping === undefined ? undefined : await findMapping(pool, mapping)
      if (mapping !== undefined && !columns) throw new ApiError('not_found', `No mapping with the name ${mapping}`)
      const setup = {
        fileName: fileName ?? (body ? 'file.csv' : 'rows'), channelId: channelId ? toUuid(channelId) : null, consentSource: consentSource ?? null,
        consentAt: consentAt ? new Date(consentAt) : null, importer: importerOf(caller),
      }
      const id = body instanceof Readable
        // A file that is refused is not read any further; the answer comes all the same.
        ? await refusing(receiveFile({ pool, store }, body.iterator({ destroyOnReturn: false }), setup, columns)).finally(() => body.resume())
        : await createImport(pool, setup, false)
      return reply.code(201).send(showImport(await requireImport(pool, toTypeId('imp', id))))
    })
  })
}

const changeOf = ({ userId, channelId }: { userId: string; channelId: string }) =>
  ({ type: 'messaging-user' as const, id: toTypeId('mu', userId), channelId: toTypeId('ch', channelId) })

export const importerOf = (caller: Caller) => ({ source: caller.kind, name: caller.name, actor: actorOf(caller) })

function rowRoutes(api: Api, { pool, changes }: ApiDeps): void {
  void api.register(async (instance) => {
    const scope = instance.withTypeProvider<TypeBoxTypeProvider>()
    scope.addContentTypeParser(['application/x-ndjson', 'application/jsonl'], { parseAs: 'string', bodyLimit: LINES_BYTES }, (_request, body, done) => done(null, body))
    scope.post('/imports/:id/rows', {
      config: write,
      schema: {
        tags, summary: 'Hand in rows', params, querystring: ImportRowsQuery, response: { 200: ImportRowsResult },
        description: `\`application/x-ndjson\`: one JSON object a line, up to ${LINES} of them, with the names that columns can have. They are committed when they are answered.`,
      },
    }, async ({ params: { id }, query: { firstRow }, body }) => {
      if (typeof body !== 'string') throw new ApiError('unsupported_media_type', 'Send application/x-ndjson: one JSON object a line')
      const lines = body.split('\n').map(line => line.trim()).filter(Boolean)
      if (lines.length > LINES) throw new ApiError('too_large', `These are ${lines.length} rows; send up to ${LINES} at once`)
      await requireImport(pool, id)
      const first = await refusing(addRows({ pool, changes: { publishUsers: users => changes.publish(users.map(changeOf)) } }, toUuid(id), lines, firstRow))
      const { rows } = await pool.query<OutcomeRow>(
        'select * from import_rows where import_id = $1 and row >= $2 and row < $3 order by row', [toUuid(id), first, first + lines.length])
      return { nextRow: first + lines.length, rows: rows.map(showOutcome) }
    })
  })

  api.get('/imports/:id/outcomes', {
    config: read,
    schema: { tags, summary: 'List what became of each row', params, querystring: ImportOutcomeQuery, response: { 200: Page(ImportRowOutcome) } },
  }, async ({ params: { id }, query: { cursor, limit = 50, outcome, undone } }) => {
    await requireImport(pool, id)
    const rows = await outcomesAfter(pool, toUuid(id), numberOf(cursor) ?? -1, limit + 1, { outcome, undone })
    return page(rows, limit, row => [row.row], showOutcome)
  })

  api.get('/imports/:id/outcomes.csv', {
    config: read,
    schema: { tags, summary: 'Download what became of each row, as CSV', params },
  }, async ({ params: { id } }, reply) => {
    await requireImport(pool, id)
    const header = ['row', 'outcome', 'messagingUserId', 'given', 'column', 'reason', 'undone', 'undoReason'] as const
    return reply.headers(csvHeaders('outcomes')).send(csvStream([...header], (async function* () {
      for (let after = -1; ;) {
        const rows = await outcomesAfter(pool, toUuid(id), after, OUTCOMES)
        if (rows.length === 0) return
        yield rows.map(showOutcome).map(row => header.map(name => row[name]))
        after = rows.at(-1)!.row
      }
    })()))
  })
}

async function outcomesAfter(
  pool: Pool, id: string, row: number, limit: number, { outcome, undone }: Pick<ImportOutcomeQuery, 'outcome' | 'undone'> = {},
): Promise<OutcomeRow[]> {
  const filters = Object.entries({ outcome, undone }).filter(([, value]) => value !== undefined)
  return (await pool.query<OutcomeRow>(`
    select * from import_rows where import_id = $1 and row > $2 ${filters.map(([column], n) => `and ${column} = $${n + 4}`).join(' ')}
    order by row limit $3`,
  [id, row, limit, ...filters.map(([, value]) => value)])).rows
}

const steps: { step: string; from: ImportStatus[]; to: ImportStatus; summary: string; description?: string }[] = [
  { step: 'pause', from: ['running'], to: 'paused', summary: 'Pause an import' },
  { step: 'resume', from: ['paused', 'failed'], to: 'running', summary: 'Go on with an import' },
  { step: 'cancel', from: ['running', 'paused', 'failed'], to: 'cancelled', summary: 'End an import before its end', description: 'What it did stays, until it is undone.' },
  { step: 'undo', from: ['done', 'cancelled', 'failed', 'paused'], to: 'undoing', summary: 'Undo an import', description: 'Who was created and not used since is removed; what was changed and not '
    + 'changed again becomes what it was. The outcomes tell of whom something is left, and why.' },
  { step: 'finish', from: ['running'], to: 'done', summary: 'End an import that takes rows' },
]

function stepRoutes(api: Api, pool: Pool): void {
  for (const { step, what, summary } of [
    { step: 'trial', what: 'checking', summary: 'Try what an import would do' }, { step: 'start', what: 'running', summary: 'Start an import' },
  ] as const) {
    api.post(`/imports/:id/${step}`, { config: write, schema: { tags, summary, params, response: { 200: Import } } }, async ({ params: { id } }) => {
      await refusing(beginImport(pool, await requireImport(pool, id), what))
      return showImport(await requireImport(pool, id))
    })
  }
  for (const { step, from, to, ...texts } of steps) {
    api.post(`/imports/:id/${step}`, { config: write, schema: { tags, ...texts, params, response: { 200: Import } } }, async ({ params: { id } }) => {
      const record = await requireImport(pool, id)
      const isAllowed = step !== 'finish' || !record.is_file
      if (!isAllowed || !await moveImportTo(pool, record.id, from, to)) throw new ApiError('conflict', `The import is ${record.status}: it cannot ${step}`)
      return showImport(await requireImport(pool, id))
    })
  }
}

async function requireImport(pool: Pool, id: string): Promise<ImportRecord> {
  const record = await findImport(pool, toUuid(id))
  if (!record) throw notFound('import', id)
  return record
}

/** Refusals of the importer as answers. */
export async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (error instanceof ImportError) throw new ApiError(error.code, error.message)
    throw error
  }
}
