import type { Pool } from 'pg'
import { Page } from '../contract/common.ts'
import { MergeCandidate, MergeCandidateQuery } from '../contract/merges.ts'
import { toTypeId } from '../ids.ts'
import type { RecordObject } from '../record/external-ids.ts'
import type { Api, ApiDeps } from './app.ts'
import { fieldError } from './errors.ts'
import { page, textAndId } from './paging.ts'
import { isLive } from './record-search.ts'

/** What two records can have in common, as `shared_keys` notes it: the surest first. */
const sources = {
  individual: [
    {
      name: 'email', kind: 'i.kind',
      holders: `individual_emails p on p.match_key = k.key join individuals i on i.id = p.individual_id and i.converted_into is null and ${isLive('i')}`,
    },
    {
      name: 'phone', kind: 'i.kind',
      holders: `individual_phones p on p.match_key = k.key and not p.is_shared
        join individuals i on i.id = p.individual_id and i.converted_into is null and ${isLive('i')}`,
    },
  ],
  account: [{ name: 'name', kind: `'account'`, holders: `accounts i on lower(i.name) = (k.key collate "default") and ${isLive('i')}` }],
}
type Source = (typeof sources)[RecordObject][number]

/** Keys that several records have, looked at in one go. */
const KEYS = 100
const LAST = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export function mergeCandidateRoutes(api: Api, { pool }: ApiDeps): void {
  api.get('/merge-candidates', {
    config: { access: { role: 'viewer', scope: 'individuals:read' } },
    schema: {
      tags: ['merges'], summary: 'List records that are likely duplicates', querystring: MergeCandidateQuery, response: { 200: Page(MergeCandidate) },
      description: 'Individuals of one kind with the same e-mail or phone number (but for shared ones), those with the same e-mail first; accounts with the same '
        + 'name. Of several who have something in common, each is paired with the oldest. Nothing is merged by itself.',
    },
  }, async ({ query: { cursor, limit = 50, object = 'individual' } }) => {
    const pairs = await findPairs(pool, object, textAndId(cursor), limit + 1)
    const { items, nextCursor } = page(pairs, limit, pair => [`${pair.source}:${pair.key}`, pair.id], pair => pair)
    const facts = await factsOf(pool, object, items)
    return { items: items.map((pair, index) => show(object, pair, facts.filter(fact => fact.n === index + 1))), nextCursor }
  })
}

interface Pair {
  source: string
  key: string
  id: string
  name: string
  first_id: string
  first_name: string
}

async function findPairs(pool: Pool, object: RecordObject, place: { text: string; id: string } | undefined, wanted: number): Promise<Pair[]> {
  const all: Source[] = sources[object]
  const [startName, ...startKey] = place?.text.split(':') ?? []
  const start = place ? all.findIndex(({ name }) => name === startName) : 0
  if (start < 0) throw fieldError('cursor', 'is not one this list gave out', 'invalid_cursor')
  const pairs: Pair[] = []
  for (const source of all.slice(start)) {
    let [key, id] = place && source.name === startName ? [startKey.join(':'), place.id] : ['', LAST]
    for (;;) {
      const { rows: keys } = await pool.query<{ key: string }>(
        `select key from shared_keys where source = $1 and key >= $2 order by key limit ${KEYS}`, [source.name, key])
      const { rows } = await pool.query<Pair>(pairsOf(object, source), [keys.map(row => row.key), key, id, wanted - pairs.length])
      pairs.push(...rows.map(row => ({ ...row, source: source.name })))
      if (pairs.length >= wanted) return pairs
      if (keys.length < KEYS) break
      ;[key, id] = [keys.at(-1)!.key, LAST]
    }
  }
  return pairs
}

/** Each with the oldest of the key; a pair that has more in common is told once, with the first of it. */
const pairsOf = (object: RecordObject, { holders, kind, name }: Source) => `
  select h.* from (
    select distinct on (k.key, i.id) k.key, i.id, i.name,
      first_value(i.id) over oldest as first_id, first_value(i.name) over oldest as first_name
    from (select key collate "C" as key from unnest($1::text[]) key) k join ${holders}
    window oldest as (partition by k.key, ${kind} order by i.id)
    order by k.key, i.id
  ) h
  where h.id <> h.first_id and (h.key, h.id) > ($2, $3::uuid)${object === 'account' ? '' : `
    and not exists (select from individual_emails a join individual_emails b on b.match_key = a.match_key
      where a.individual_id = h.first_id and b.individual_id = h.id${name === 'email' ? ' and a.match_key < h.key' : ''})`}${name === 'phone' ? `
    and not exists (select from individual_phones a join individual_phones b on b.match_key = a.match_key and not b.is_shared
      where a.individual_id = h.first_id and b.individual_id = h.id and not a.is_shared and a.match_key < h.key)` : ''}
  order by h.key, h.id limit $4`

interface Fact {
  n: number
  code: 'phone' | 'email' | 'name'
  detail: string
  verified: boolean
}

const individualFacts = `
  select n::int, 'email' as code, b.email as detail, a.is_verified and b.is_verified as verified
  from unnest($1::uuid[], $2::uuid[]) with ordinality as i(one, other, n)
  join individual_emails a on a.individual_id = i.one join individual_emails b on b.individual_id = i.other and b.match_key = a.match_key
  union all
  select n::int, 'phone', b.number, a.is_verified and b.is_verified
  from unnest($1::uuid[], $2::uuid[]) with ordinality as i(one, other, n)
  join individual_phones a on a.individual_id = i.one and not a.is_shared
  join individual_phones b on b.individual_id = i.other and b.match_key = a.match_key and not b.is_shared`

async function factsOf(pool: Pool, object: RecordObject, pairs: Pair[]): Promise<Fact[]> {
  const names = pairs.flatMap((pair, index): Fact[] => (
    pair.name.toLowerCase() === pair.first_name.toLowerCase() ? [{ n: index + 1, code: 'name', detail: pair.name, verified: false }] : []))
  if (object === 'account' || pairs.length === 0) return names
  const { rows } = await pool.query<Fact>(individualFacts, [pairs.map(pair => pair.first_id), pairs.map(pair => pair.id)])
  return [...rows, ...names]
}

const words = { phone: 'The number', email: 'The e-mail', name: 'The name' }
const points = ({ code, verified }: Fact) => ({ phone: verified ? 80 : 70, email: verified ? 85 : 75, name: 60 })[code]

function show(object: RecordObject, { id, name, first_id: firstId, first_name: firstName }: Pair, facts: Fact[]): MergeCandidate {
  const prefix = object === 'individual' ? 'in' : 'ac'
  return {
    keptId: toTypeId(prefix, firstId), keptName: firstName, mergedId: toTypeId(prefix, id), mergedName: name,
    score: Math.min(100, Math.max(60, ...facts.map(points)) + 5 * Math.max(0, facts.length - 1)),
    reasons: facts.map(({ code, detail, verified }) => ({ code, message: `${words[code]} ${detail} is the same${verified ? ', and verified on both' : ''}` })),
  }
}
