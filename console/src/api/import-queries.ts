import { queryOptions } from '@tanstack/react-query'
import type { Import, ImportField, ImportOutcome, ImportRowOutcome } from '../../../src/contract/imports.ts'
import { get, type Page } from './client.ts'
import { paged, whole } from './queries.ts'

const everyMs = 1000
/** Something is being done about it, without anybody's help. */
export const isUnderWay = ({ status }: Import) => ['uploading', 'checking', 'running', 'undoing'].includes(status)

/** Asked again and again while one of them is under way. */
export const importsQuery = {
  ...paged<Import>(['list', 'imports'], '/api/v1/imports'),
  refetchInterval: ({ state }: { state: { data?: { pages: Page<Import>[] } } }) =>
    state.data?.pages.some(({ items }) => items.some(isUnderWay)) ? everyMs : false,
}

const importPath = (id: string, part = '') => `/api/v1/imports/${id}${part}`
export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id],
    queryFn: () => get<Import>(importPath(id)),
    refetchInterval: ({ state: { data } }) => (data && isUnderWay(data) ? everyMs : false),
  })

/** What became of the rows, so far: `status` is part of the key because undoing says more about each. */
export const outcomesQuery = ({ id, status }: Import, outcome: ImportOutcome | undefined) =>
  paged<ImportRowOutcome>(['import', id, 'outcomes', status, outcome], importPath(id, '/outcomes'), () => ({ outcome }))

export const outcomesFile = (id: string) => importPath(id, '/outcomes.csv')

const keptShown = 20
const pageRows = 1000
const pagesRead = 50
/** The first of whom undoing left something. Rows are not filtered by that, so not all of a long file are looked through. */
export const keptRowsQuery = (id: string) =>
  queryOptions({
    queryKey: ['import', id, 'kept'],
    queryFn: async () => {
      const kept: ImportRowOutcome[] = []
      let cursor: string | undefined
      for (let page = 0; page < pagesRead && kept.length < keptShown; page++) {
        const { items, nextCursor } = await get<Page<ImportRowOutcome>>(importPath(id, '/outcomes'), { limit: pageRows, cursor })
        kept.push(...items.filter(({ undone }) => undone === 'kept'))
        if (!nextCursor) break
        cursor = nextCursor
      }
      return kept.slice(0, keptShown)
    },
  })

/** What columns mean, by their names, kept for other files. */
interface SavedMapping {
  name: string
  columns: Record<string, ImportField>
}
export const importMappingsQuery = whole<SavedMapping>(['import-mappings'], '/api/v1/import-mappings', { limit: 1000 })
