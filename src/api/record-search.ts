import type { Pool } from 'pg'
import type { Matching, Note, Way } from './newest.ts'
import { where } from './parameters.ts'

/** Condition that a record is there to work with: as in the indexes of names. */
export const isLive = (alias: string) => `${alias}.merged_into is null and ${alias}.deleted_at is null`

/** Trigrams need three letters. Shorter words are looked for at the beginning of words, except in scripts that write whole words with so few. */
export const isShort = (word: string) => [...word].length < 3 && !/\p{Lo}/u.test(word)
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

/** Finds individuals by part of a name (every word must occur), of a phone number, spelled as people do, or of an e-mail. The list brings `i.name`. */
export function matchingIndividuals(text: string): Matching {
  const words = wordsOf(text)
  const digits = digitsOf(words.filter(isNumber))
  const others = words.filter(word => !isNumber(word))
  const byPhone = digits.length >= DIGITS_MIN
  const byEmail = words.length === 1 && others.length === 1
  const byOthers = ($: Note, way: Way, among: (column: string) => string[]) => [
    ...byPhone ? [`
      select i.id from individual_phones p join individuals i on i.id = p.individual_id
      ${where([isLive('i'), ...among('p.individual_id'), nameCondition('i.name', others, $, way), phoneCondition(digits, $, way)])}`] : [],
    ...byEmail ? [`select m.individual_id from individual_emails m ${where([...among('m.individual_id'), emailCondition(others[0]!, $, way)])}`] : [],
  ]
  return {
    among: (rows, $) => [
      `select i.of as id from ${rows} i where ${nameCondition('i.name', words, $, 'rows')}`,
      ...byOthers($, 'rows', column => [`${column} = any(array(select of from ${rows}))`]),
    ].join(' union all '),
    all: $ => [
      `select i.id from individuals i ${where([isLive('i'), nameCondition('i.name', words, $, 'index')])}`,
      ...byOthers($, 'index', () => []),
    ].join(' union all '),
  }
}

/** Finds accounts by part of a name, of which every word must occur. The list brings `a.name`. */
export const matchingAccounts = (text: string): Matching => ({
  among: (rows, $) => `select a.of as id from ${rows} a where ${nameCondition('a.name', wordsOf(text), $, 'rows')}`,
  all: $ => `select a.id from accounts a ${where([isLive('a'), nameCondition('a.name', wordsOf(text), $, 'index')])}`,
})

/** Fewer are not worth looking for in phone numbers. */
const DIGITS_MIN = 3
const wordsOf = (text: string) => text.replaceAll('(0)', '').split(/\s+/).filter(Boolean)
const isNumber = (word: string) => /^[+\d().\-/]*\d[+\d().\-/]*$/.test(word)
/** Without the zeros that stand before a country or an area code, because they are not in the number that others dial. */
const digitsOf = (words: string[]) => words.join('').replaceAll(/\D/g, '').replace(/^0+/, '')

const nameCondition = (column: string, words: string[], $: Note, way: Way): string =>
  words.map(word => hasOneOf(column, [word], $, way)).join(' and ') || 'true'

function hasOneOf(column: string, words: string[], $: Note, way: Way): string {
  const indexed = `(${column} collate "default")`
  return isLike({ indexed, folded: `lower(${indexed})` }, words.flatMap(patternsOf), $, way)
}

const patternsOf = (word: string): string[] => (isShort(word) ? [`${quoted(word)}%`, `% ${quoted(word)}%`] : [`%${quoted(word)}%`])

/** Numbers and keys of e-mails are in lower case as they are. */
const contains = (column: string, pattern: string, $: Note, way: Way) =>
  isLike({ indexed: `(${column} collate "default")`, folded: `(${column} || '')` }, [pattern], $, way)
const phoneCondition = (digits: string, $: Note, way: Way) => contains('p.digits', `%${digits}%`, $, way)
const emailCondition = (part: string, $: Note, way: Way) => contains('m.match_key', `${isShort(part) ? '' : '%'}${quoted(part)}%`, $, way)

/** Whether a search that found nothing may be a name with a typo: with a phone number or an e-mail in it, it is more than a name. */
export const mayBeMisspelt = (text: string): boolean => {
  const words = wordsOf(text)
  return words.length > 0 && !text.includes('@') && digitsOf(words.filter(isNumber)).length < DIGITS_MIN
}

/** Whether a name has one of some words, asked as its words are indexed. */
const hasWord = (words: string[], $: Note) => `regexp_split_to_array(lower(r.name collate "default"), '[[:space:][:punct:]]+') && ${$(words)}::text[]`

/**
 * Finds individuals or accounts by words like those that were typed; undefined when there are none, because one of the words is like none.
 * The list brings `name`.
 */
export async function matchingAlike(pool: Pool, text: string, table: 'individuals' | 'accounts'): Promise<Matching | undefined> {
  const { rows: words } = await pool.query<{ near: string[] | null }>('select near from spellings($1)', [text])
  const spelled = words.flatMap(({ near }) => (near ? [near] : []))
  if (spelled.length === 0 || spelled.length < words.length) return undefined
  return {
    // Taking every name apart would cost more than all the rest.
    among: (rows, $) => `select r.of as id from ${rows} r ${where(
      spelled.map(near => `case when ${hasOneOf('r.name', near, $, 'rows')} then ${hasWord(near, $)} end`))}`,
    all: $ => `select r.id from ${table} r ${where([isLive('r'), ...spelled.map(near => hasWord(near, $))])}`,
  }
}
