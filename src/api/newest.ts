import type { Pool, PoolClient } from 'pg'
import { inTransaction } from '../record/transaction.ts'
import { micros, timeOfMicros, type Place } from './paging.ts'
import { parameters, where } from './parameters.ts'

/** Notes a value of a statement and gives its placeholder. */
export type Note = (value: unknown) => string

/** A list sorted by a time, newest first, and by id. All texts are SQL. */
export interface NewestFirst {
  /** A table with its alias. */
  from: string
  id: string
  at: string
  /** Id of the record that `matching` asks about. */
  of: string
  /** A column that `matching` asks for, because the index of the list has it too, and the record need not be read. */
  brings?: string
  /** All must hold. */
  conditions: (note: Note) => string[]
  /** Rows that each is looked for by itself, with its own conditions, because an index has them in order only so. */
  each?: (note: Note) => { from: string; conditions: string[] }
  /** The same row may be found for several. */
  isRepeated?: boolean
  /** Conditions of which each row fulfils one and no other; each set is looked for by itself. */
  alternatives?: (note: Note) => string[][]
  /** What other tables say, and what no index has in order. */
  matching?: Matching
}

/** What a condition is written for: rows that are looked at, or the search index. */
export type Way = 'rows' | 'index'

/** Selects of the ids of records that match, in no order; an id may come twice. */
export interface Matching {
  /** @param rows a relation: rows of the list to choose from, each with `of` and what the list `brings` */
  among: (rows: string, note: Note) => string
  /** @param place @param limit what the page asks for: of matches that come newest first, no more are needed */
  all: (note: Note, place: Place, limit: number) => string
}

/** Both ways go from row to row by indexes; any other plan would read a whole table. */
const byIndexes = ['enable_seqscan', 'enable_hashjoin', 'enable_mergejoin', 'max_parallel_workers_per_gather'].map(name => `set local ${name} = 0`).join(';')

/** Rows looked at first. */
const WINDOW = 2_000
/** And at most at a time: their ids are in memory. */
const WINDOW_MAX = 50_000
/**
 * Where fewer of the rows that were looked at match, the search index finds a page of 50 faster than looking on; the boundary goes with the root
 * of what is missing. Looking at a row takes 0.3 microseconds where the list brings what is asked for, else 1.1, in pages that every
 * search reads; what the search index finds takes 15 and more, in pages that nobody has read (docs/decisions/search.md).
 */
const RARE = { brought: 0.001, read: 0.002, missing: 50 }
/** For each row that was looked at, so many that match are sorted. What more match is likely to be found among the next rows. */
const CANDIDATES = 10
/** After so many times the rows they may be few enough. */
const PATIENCE = 64

/**
 * Ids of the newest rows that fit, in order. What many match is found by looking through the newest rows, what few match by its own index.
 * The planner cannot tell the two apart: it knows how many match, but neither where they are nor that all is in memory.
 * @param place the page begins after it
 */
export async function newestIds(pool: Pool, list: NewestFirst, place: Place | undefined, limit: number): Promise<string[]> {
  const { matching } = list
  if (matching) return inTransaction(pool, client => searchNewest(client, list, matching, place, limit), byIndexes)
  // Rows of which each may come several times are those of a search too.
  return list.isRepeated ? inTransaction(pool, client => readNewest(client, list, place, limit), byIndexes) : readNewest(pool, list, place, limit)
}

async function readNewest(client: Pick<Pool, 'query'>, list: NewestFirst, place: Place | undefined, limit: number): Promise<string[]> {
  const { values, $ } = parameters()
  const { rows } = await client.query<{ id: string }>(`select id from (${newest(list, place, limit, $)}) found order by at desc, id desc`, values)
  return rows.map(({ id }) => id)
}

async function searchNewest(client: PoolClient, list: NewestFirst, matching: Matching, place: Place | undefined, limit: number): Promise<string[]> {
  const found: string[] = []
  let seen = 0
  let patience = 0
  for (let size = WINDOW; ;) {
    const { ids, last } = await look(client, list, matching, place, size, limit - found.length)
    found.push(...ids)
    if (found.length >= limit || !last) return found
    place = last
    seen += size
    const missing = limit - found.length
    const few = size * (list.brings ? RARE.brought : RARE.read) * Math.sqrt(missing / RARE.missing)
    // Twice the square root is what chance may have kept away: the search index takes long for what many match.
    if (ids.length + 2 * Math.sqrt(ids.length) < few && seen >= patience) {
      const others = await sortCandidates(client, list, matching, place, seen * CANDIDATES, missing)
      if (others) return [...found, ...others]
      patience = seen * PATIENCE
    }
    // A little more than it takes if the next rows are like those before; at most four times as many as before.
    const expected = missing * seen / Math.max(1, found.length)
    size = Math.min(WINDOW_MAX, 4 * size, Math.max(WINDOW, Math.ceil(expected * 1.2)))
  }
}

/**
 * Looks through the next rows of the list. Where their records are needed, they are read all at once, in the order of their ids:
 * one by one, each would be looked for from the root of the index. Going through the index again costs less than to keep the rows.
 * @returns `last`: the place of the last row that was looked at, null when there are no more
 */
async function look(client: PoolClient, list: NewestFirst, matching: Matching, place: Place | undefined, size: number, limit: number) {
  const { values, $ } = parameters()
  const { rows: [row] } = await client.query<{ ids: string[]; last: Place | null }>(`
    with walked as not materialized (${newest(list, place, size, $)}),
    last as materialized (select at, id from (${newest(list, place, size, $)}) w offset ${$(size - 1)}),
    matches as materialized (${matching.among('walked', $)}),
    found as (
      select distinct l.id, l.at from matches m cross join lateral (${newest(list, place, limit, $, 'm.id')}) l
      where not exists (select from last where (l.at, l.id) < (last.at, last.id))
    )
    select array(select id from found order by at desc, id desc limit ${$(limit)}) as ids,
      (select json_build_object('at', ${micros('at')}, 'id', id) from last) as last`, values)
  return row!
}

/** Those after the place among all that match; undefined when they are too many. */
async function sortCandidates(client: PoolClient, list: NewestFirst, matching: Matching, place: Place, most: number, limit: number) {
  const { values, $ } = parameters()
  const { rows: [row] } = await client.query<{ ids: string[]; count: number }>(`
    with found as materialized (select id from (${matching.all($, place, limit)}) f limit ${$(most)}), rows as (
      select distinct l.id, l.at from found f cross join lateral (${newest(list, place, limit, $, 'f.id')}) l
      where (select count(*) from found) < ${$(most)}
    )
    select (select count(*)::int from found) as count, array(select id from rows order by at desc, id desc limit ${$(limit)}) as ids`, values)
  return row!.count < most ? row!.ids : undefined
}

/**
 * Selects `id`, `at` and `of` of the newest rows of a list, in order.
 * @param of only rows of this record
 */
export function newest(list: NewestFirst, place: Place | undefined, limit: number, $: Note, of?: string): string {
  const { from, id, at } = list
  const each = list.each?.($)
  const alternatives = list.alternatives?.($)
  const select = (more: string[]) => `
    select ${[`${id} as id`, `${at} as at`, `${list.of} as of`, ...list.brings ? [list.brings] : []].join()} from ${from}
    ${where([...list.conditions($), ...place ? [`(${at}, ${id}) < (${timeOfMicros($(place.at))}, ${$(place.id)})`] : [], ...more])}
    order by ${at} desc, ${id} desc limit ${$(limit)}`
  if (of !== undefined) {
    return select([
      `${list.of} = ${of}`,
      ...each ? [`exists (select from ${each.from} ${where(each.conditions)})`] : [],
      ...alternatives ? [`(${alternatives.map(conditions => conditions.join(' and ')).join(' or ')})`] : [],
    ])
  }
  if (!each && !alternatives) return select([])
  const parts = (alternatives ?? [[]]).map(conditions => (each
    ? `(select part.* from ${each.from} cross join lateral (${select([...each.conditions, ...conditions])}) part)`
    : `(${select(conditions)})`))
  return `select ${list.isRepeated ? 'distinct on (at, id)' : ''} * from (${parts.join(' union all ')}) parts order by at desc, id desc limit ${$(limit)}`
}
