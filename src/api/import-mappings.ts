import { Type } from 'typebox'
import { ImportMapping, ImportMappingInput } from '../contract/imports.ts'
import { Page, PageQuery, Strict } from '../contract/common.ts'
import { deleteMapping, saveMapping } from '../record/imports/imports.ts'
import type { Api, ApiDeps } from './app.ts'
import { ApiError } from './errors.ts'
import { page, textOf } from './paging.ts'

const tags = ['imports']
const params = Strict({ name: Type.String({ minLength: 1, maxLength: 120 }) })

/** What columns mean, kept under a name for the next file. */
export function importMappingRoutes(api: Api, { pool }: ApiDeps): void {
  api.get('/import-mappings', {
    config: { access: { role: 'viewer', scope: 'messaging-users:read' } },
    schema: { tags, summary: 'List saved mappings of columns', querystring: Strict(PageQuery), response: { 200: Page(ImportMapping) } },
  }, async ({ query: { cursor, limit = 50 } }) => {
    const { rows } = await pool.query('select name, columns from import_mappings where name > $1 order by name limit $2', [textOf(cursor) ?? '', limit + 1])
    return page(rows, limit, row => [row.name], ({ name, columns }) => ({ name, columns }))
  })

  const write = { access: { role: 'agent', scope: 'messaging-users:write' } } as const
  api.put('/import-mappings/:name', {
    config: write, schema: { tags, summary: 'Save a mapping of columns', params, body: ImportMappingInput, response: { 200: ImportMapping } },
  }, async ({ params: { name }, body: { columns } }) => {
    await saveMapping(pool, name, columns)
    return { name, columns }
  })
  api.delete('/import-mappings/:name', { config: write, schema: { tags, summary: 'Delete a saved mapping of columns', params } }, async ({ params: { name } }, reply) => {
    if (!await deleteMapping(pool, name)) throw new ApiError('not_found', `No mapping with the name ${name}`)
    return reply.code(204).send()
  })
}
