import type { Pool } from 'pg'
import { inTransaction } from '../record/transaction.ts'

/** A way to find records: a condition. Each is searched by itself, because together they would keep each other from their indexes. */
export type Branches = string[]

/** Trigrams need three letters. Shorter ones are looked for at the beginning of words, except in scripts that write whole words with so few. */
const isShort = (word: string) => [...word].length < 3 && !/\p{Lo}/u.test(word)
const quoted = (text: string) => text.replaceAll(/[%_\\]/g, '\\$&')

/**
 * The conditions that find individuals `i` by part of a name (every word must occur), of a phone number, spelled as people do,
 * or of an e-mail.
 * @param $ notes a value and gives its placeholder
 */
export function individualBranches(text: string, $: (value: unknown) => string): Branches {
  const words = wordsOf(text)
  const digits = digitsOf(words.filter(isNumber))
  const others = words.filter(word => !isNumber(word))
  return [
    nameCondition('i.name', words, $),
    ...digits.length < DIGITS_MIN ? [] : [[...others.length > 0 ? [nameCondition('i.name', others, $)] : [], phoneCondition(digits, $)].join(' and ')],
    ...words.length === 1 && others.length === 1 ? [emailCondition(others[0]!, $)] : [],
  ]
}

export const accountBranches = (text: string, $: (value: unknown) => string): Branches => [nameCondition('a.name', wordsOf(text), $)]

/** Fewer are not worth looking for in phone numbers. */
const DIGITS_MIN = 3
const wordsOf = (text: string) => text.replaceAll('(0)', '').split(/\s+/).filter(Boolean)
const isNumber = (word: string) => /^[+\d().\-/]*\d[+\d().\-/]*$/.test(word)
/** Without the zeros that stand before a country or an area code, because they are not in the number that others dial. */
const digitsOf = (words: string[]) => words.join('').replaceAll(/\D/g, '').replace(/^0+/, '')

function nameCondition(column: string, words: string[], $: (value: unknown) => string): string {
  const name = `(${column} collate "default")` // as in the index
  return words.map(word => (isShort(word)
    ? `(${name} ilike ${$(`${quoted(word)}%`)} or ${name} ilike ${$(`% ${quoted(word)}%`)})`
    : `${name} ilike ${$(`%${quoted(word)}%`)}`)).join(' and ') || 'true'
}

const phoneCondition = (digits: string, $: (value: unknown) => string) =>
  `i.id in (select p.individual_id from individual_phones p where (p.digits collate "default") like ${$(`%${digits}%`)})`

const emailCondition = (part: string, $: (value: unknown) => string) =>
  `i.id in (select m.individual_id from individual_emails m
    where (m.match_key collate "default") like ${$(`${isShort(part) ? '' : '%'}${quoted(part.toLowerCase())}%`)})`

/**
 * SQL for the ids of a page of records, newest first.
 * @param from table and alias, e.g. `individuals i`
 * @param conditions that all must hold, beside one of the branches
 */
export function newestIds(from: string, conditions: string[], branches: Branches, limit: string): string {
  const alias = from.split(' ')[1]
  const order = `order by created_at desc, id desc limit ${limit}`
  const selects = (branches.length > 0 ? branches : ['true']).map(branch => `
    (select ${alias}.id, ${alias}.created_at from ${from} where ${[...conditions, branch].join(' and ')}
     order by ${alias}.created_at desc, ${alias}.id desc limit ${limit})`)
  return `select id from (${selects.join(' union ')}) found ${order}`
}

/** Whether a search that found nothing may be a name with a typo: with a phone number or an e-mail in it, it is more than a name. */
export const mayBeMisspelt = (text: string): boolean => {
  const words = wordsOf(text)
  return words.length > 0 && !text.includes('@') && digitsOf(words.filter(isNumber)).length < DIGITS_MIN
}

/**
 * How alike a part of a name must be, from 0 to 1. Two neighbours exchanged leave n - 3 of the n + 1 trigrams of n letters, and n + 5
 * in both spellings; in short names one letter (Meyer, Meier) makes as much of a difference.
 */
const likeness = (text: string) => Math.max(0.33, (text.trim().length - 3) / (text.trim().length + 5))

/**
 * Runs a statement that finds names with `<%`: those like what was typed.
 * @param values of which the first is the text
 */
export async function findAlike<Row extends object>(pool: Pool, statement: string, values: [string, ...unknown[]]): Promise<Row[]> {
  return inTransaction(pool, async (client) => {
    await client.query(`select set_config('pg_trgm.word_similarity_threshold', $1, true)`, [String(likeness(values[0]))])
    return (await client.query<Row>(statement, values)).rows
  })
}
