import type { Pool } from 'pg'
import { newest, type Matching, type NewestFirst, type Note, type Way } from './newest.ts'
import type { Place } from './paging.ts'
import { parameters, where } from './parameters.ts'

/** Condition that a record is there to work with: as in the indexes of names. */
export const isLive = (alias: string) => `${alias}.merged_into is null and ${alias}.deleted_at is null`

/** Trigrams need three letters. Shorter words are looked for at the beginning of words, except in scripts that write whole words with so few. */
const isShort = (word: string) => [...word].length < 3 && !/\p{Lo}/u.test(word)
export const quoted = (text: string) => text.replaceAll(/[%_\\]/g, '\\$&')

/** A text that is searched, as SQL. */
export interface Searched {
  /** The expression of the search index, letter by letter. */
  indexed: string
  /** The same in lower case, as rows bring it; never an expression that an index has. */
  folded: string
}

/**
 * A condition that a text is like one of some patterns, in any case. By the search index it has to be `ilike`; that makes text and pattern small
 * again for every pattern and row, so looking through rows the same is said of the text in lower case. The planner would also look for
 * rows by the search index, in tables of middle size, where going through them is faster.
 */
export function isLike({ indexed, folded }: Searched, patterns: string[], $: Note, way: Way): string {
  if (way === 'index') return `(${patterns.map(pattern => `${indexed} ilike ${$(pattern)}`).join(' or ')})`
  return `${folded} like any(array[${patterns.map(pattern => `lower(${$(pattern)}::text)`).join()}])`
}

/** Records with names, and the words of these: each with what the list is sorted by and the whole name. */
interface Named {
  table: 'individuals' | 'accounts'
  alias: string
  words: 'individual_words' | 'account_words'
}
const named = {
  individuals: { table: 'individuals', alias: 'i', words: 'individual_words' },
  accounts: { table: 'accounts', alias: 'a', words: 'account_words' },
} as const satisfies Record<string, Named>

/** What else must hold. */
export interface Filter {
  /** @param at the column that has when the record was created */
  conditions: (at: string) => NewestFirst['conditions']
  /** Few may fit: the planner, which knows how many, then chooses where to begin. */
  isNarrow: boolean
}

/** Records that have one of some words in their name. The word is found first, whatever the planner thinks of tables that it has not seen filled. */
const byWords = ({ table, alias, words }: Named, oneOf: ($: Note) => string, { conditions, isNarrow }: Filter, names: NewestFirst['conditions']): NewestFirst => ({
  from: `${words} w ${isNarrow ? `join ${table} ${alias} on ${alias}.id = w.id` : `cross join lateral (select * from ${table} r where r.id = w.id offset 0) ${alias}`}`,
  id: 'w.id', at: 'w.created_at', of: 'w.id',
  each: $ => ({ from: `(${oneOf($)}) n`, conditions: ['w.word = n.word'] }),
  conditions: $ => [...conditions('w.created_at')($), ...names($)],
  isRepeated: true,
})

/** Parts of a name have no space, so each is part of a word. The longest is looked for, as the fewest names are likely to have it. */
function longestOf(parts: string[]) {
  const longest = parts.reduce((longest, part) => (part.length > longest.length ? part : longest))
  const others = parts.filter(part => part !== longest)
  return { longest, others, toCheck: isShort(longest) ? parts : others }
}

/** One or two characters are looked for at the beginning: of scripts in which they may be meant inside a name, there are words that begin with these. */
const wordsWith = (part: string, $: Note) => `select n.word from name_words n where n.word ilike ${$(`${[...part].length < 3 ? '' : '%'}${quoted(part)}%`)}`

/** More words are not looked for one by one. */
const WORDS_MAX = 200

/**
 * The list of individuals `i` or accounts `a` with all of some parts in their names; of individuals a few digits may be in a number instead, and
 * whoever has the rest in their name is looked through. Undefined where a search is for more than that, or where so many words have the longest part
 * that it is faster to look through the records.
 */
export async function withName(pool: Pool, text: string, table: Named['table'], filter: Filter): Promise<NewestFirst | undefined> {
  const words = wordsOf(text)
  const digits = table === 'individuals' && byPhone(words) ? digitsOf(words) : ''
  const parts = digits ? words.filter(word => !isNumber(word)) : words
  if (digits.length >= RARE_DIGITS || parts.length === 0 || (table === 'individuals' && words.length < 2)) return undefined
  const { longest, others, toCheck } = longestOf(parts)
  const { values, $ } = parameters()
  const isNoName = others.map(part => `not exists (${wordsWith(part, $)})`)
  const { rows: [row] } = await pool.query<{ words: string[] }>(
    `select case when ${isNoName.join(' or ') || 'false'} then '{}' else array(${wordsWith(longest, $)} limit ${WORDS_MAX + 1}) end as words`, values)
  if (row!.words.length > WORDS_MAX) return undefined
  return byWords(named[table], $ => `select unnest(${$(row!.words)}::text[]) as word`, filter, $ => [
    nameCondition('w.name', toCheck, $),
    ...digits ? [`(${nameCondition('w.name', words, $)} or exists (select from individual_phones p where p.individual_id = w.id and ${phoneCondition(digits, $, 'rows')}))`] : [],
  ])
}

/** Finds individuals `i` by part of a name (every word must occur), of a phone number, spelled as people do, or of an e-mail. */
export function matchingIndividuals(text: string, filter: Filter): Matching {
  const words = wordsOf(text)
  const digits = digitsOf(words)
  const others = words.filter(word => !isNumber(word))
  const byEmail = words.length === 1 && others.length === 1 && /[\p{L}\p{N}]/u.test(words[0]!)
  return {
    among: (rows, $) => [
      `select i.of as id from ${rows} i where ${nameCondition('i.name', words, $)}`,
      ...byPhone(words) ? [`
        select i.id from individual_phones p join individuals i on i.id = p.individual_id
        ${where([`p.individual_id = any(array(select of from ${rows}))`, nameCondition('i.name', others, $), phoneCondition(digits, $, 'rows')])}`] : [],
      ...byEmail ? [`select m.individual_id from individual_emails m where m.individual_id = any(array(select of from ${rows})) and ${emailCondition(words[0]!, $, 'rows')}`] : [],
    ].join(' union all '),
    all: ($, place, limit) => [
      newestByName(named.individuals, words, filter, place, limit, $),
      ...byPhone(words) ? [`
        select i.id from individual_phones p join individuals i on i.id = p.individual_id
        ${where([isLive('i'), nameCondition('i.name', others, $), phoneCondition(digits, $, 'index')])}`] : [],
      ...byEmail ? [`select m.individual_id from individual_emails m where ${emailCondition(words[0]!, $, 'index')}`] : [],
    ].join(' union all '),
  }
}

/** Finds accounts `a` by part of a name, of which every word must occur. */
export const matchingAccounts = (text: string, filter: Filter): Matching => ({
  among: (rows, $) => `select a.of as id from ${rows} a where ${nameCondition('a.name', wordsOf(text), $)}`,
  all: ($, place, limit) => newestByName(named.accounts, wordsOf(text), filter, place, limit, $),
})

function newestByName(records: Named, parts: string[], filter: Filter, place: Place, limit: number, $: Note): string {
  const { longest, toCheck } = longestOf(parts)
  const list = byWords(records, $ => wordsWith(longest, $), filter, $ => [nameCondition('w.name', toCheck, $)])
  return `select id from (${newest(list, place, limit, $)}) n`
}

/** Fewer are not worth looking for in phone numbers. */
const DIGITS_MIN = 3
/** So many are in few phone numbers. Fewer, together with a name, are looked for among those who have the name. */
const RARE_DIGITS = 4
const wordsOf = (text: string) => text.replaceAll('(0)', '').split(/\s+/).filter(Boolean)
const isNumber = (word: string) => /^[+\d().\-/]*\d[+\d().\-/]*$/.test(word)
/** Without the zeros that stand before a country or an area code, because they are not in the number that others dial. */
const digitsOf = (words: string[]) => words.filter(isNumber).join('').replaceAll(/\D/g, '').replace(/^0+/, '')
const byPhone = (words: string[]) => digitsOf(words).length >= DIGITS_MIN

const nameCondition = (column: string, words: string[], $: Note): string => words.map(word => hasOneOf(column, [word], $)).join(' and ') || 'true'

function hasOneOf(column: string, words: string[], $: Note): string {
  const indexed = `(${column} collate "default")`
  return isLike({ indexed, folded: `lower(${indexed})` }, words.flatMap(patternsOf), $, 'rows')
}

const patternsOf = (word: string): string[] => (isShort(word) ? [`${quoted(word)}%`, `% ${quoted(word)}%`] : [`%${quoted(word)}%`])

/** Numbers and keys of e-mails are in lower case as they are. */
const contains = (column: string, pattern: string, $: Note, way: Way) =>
  isLike({ indexed: `(${column} collate "default")`, folded: `(${column} || '')` }, [pattern], $, way)
const phoneCondition = (digits: string, $: Note, way: Way) => contains('p.digits', `%${digits}%`, $, way)
/** One or two letters of any script begin it: they make no trigram elsewhere, and the search index would be read from end to end. */
const emailCondition = (part: string, $: Note, way: Way) => contains('m.match_key', `${[...part].length < 3 ? '' : '%'}${quoted(part)}%`, $, way)

/** Whether a search that found nothing may be a name with a typo: with a phone number or an e-mail in it, it is more than a name. */
export const mayBeMisspelt = (text: string): boolean => {
  const words = wordsOf(text)
  return words.length > 0 && !text.includes('@') && !byPhone(words)
}

/** The list of individuals `i` or accounts `a` that have words like those that were typed; undefined when there are none, because one of the words is like none. */
export async function alike(pool: Pool, text: string, table: Named['table'], filter: Filter): Promise<NewestFirst | undefined> {
  const { rows: words } = await pool.query<{ near: string[] | null }>('select near from spellings($1)', [text])
  const spelled = words.flatMap(({ near }) => (near ? [near] : []))
  if (spelled.length === 0 || spelled.length < words.length) return undefined
  const [longest, ...others] = spelled.toSorted((a, b) => b[0]!.length - a[0]!.length)
  // Comparing the name costs less than looking for its words.
  const hasWord = (near: string[], $: Note) => `case when ${hasOneOf('w.name', near, $)} then exists (
    select from ${named[table].words} o where o.word = any(${$(near)}::text[]) and o.created_at = w.created_at and o.id = w.id) end`
  return byWords(named[table], $ => `select unnest(${$(longest)}::text[]) as word`, filter, $ => others.map(near => hasWord(near, $)))
}
