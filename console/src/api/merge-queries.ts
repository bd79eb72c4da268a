import { queryOptions } from '@tanstack/react-query'
import type { Account, Individual } from '../../../src/contract/individuals.ts'
import type { Merge, MergeCandidate, MergeCreate, MergePreview } from '../../../src/contract/merges.ts'
import { get, post, type Page } from './client.ts'
import { paged, whole } from './queries.ts'

export type MergeObject = Merge['object']

/** The merges of a record, latest first. Read again with every change of the record. */
export const mergesQuery = (recordId: string) =>
  whole<Merge>([recordId.startsWith('ac_') ? 'account' : 'individual', recordId, 'merges'], '/api/v1/merges', { recordId })

/** Nothing is changed by asking. */
export const mergePreviewQuery = (wish: MergeCreate) =>
  queryOptions({ queryKey: ['merge-preview', wish], queryFn: () => post<MergePreview>('/api/v1/merges/previews', wish), retry: false })

/** Has no id of its own: a pair is told apart by both. */
export type Candidate = MergeCandidate & { id: string }
export const mergeCandidatesQuery = (object: MergeObject) => {
  const pages = paged<Candidate>(['merge-candidates', object], '/api/v1/merge-candidates', () => ({ object }))
  return {
    ...pages,
    select: (data: { pages: Page<MergeCandidate>[]; pageParams: (string | undefined)[] }) => ({
      ...data,
      pages: data.pages.map((page) => ({ ...page, items: page.items.map((pair) => ({ ...pair, id: `${pair.keptId} ${pair.mergedId}` })) })),
    }),
  }
}

const searchesMax = 6
/** Records with a number, an e-mail or the name of this one. */
export const duplicatesQuery = (record: Individual | Account) =>
  queryOptions({
    queryKey: ['phones' in record ? 'individual' : 'account', record.id, 'duplicates'],
    queryFn: async () => {
      const found = await Promise.all('phones' in record ? searchIndividuals(record) : [searchAccounts(record)])
      const byId = new Map(found.flat().map((one) => [one.id, one]))
      byId.delete(record.id)
      return [...byId.values()]
    },
  })

interface Duplicate {
  id: string
  name: string
  why: string
}

function searchIndividuals({ kind, name, phones, emails }: Individual): Promise<Duplicate[]>[] {
  const numbers = phones.filter(({ isShared }) => !isShared).map(({ number }) => ({ q: number, why: `has the number ${number}` }))
  const addresses = emails.map(({ email }) => ({ q: email, why: `has the e-mail ${email}` }))
  return [...addresses, ...numbers, { q: name, why: 'has this name, or one like it' }].slice(0, searchesMax).map(async ({ q, why }) => {
    const { items } = await get<Page<Individual>>('/api/v1/individuals', { q, kind, limit: 10 })
    return items.filter(({ convertedInto }) => convertedInto === null).map((one) => ({ id: one.id, name: one.name, why }))
  })
}

async function searchAccounts({ name }: Account): Promise<Duplicate[]> {
  const { items } = await get<Page<Account>>('/api/v1/accounts', { q: name, limit: 10 })
  return items.map((one) => ({ id: one.id, name: one.name, why: 'has this name, or one like it' }))
}
