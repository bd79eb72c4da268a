import type { Matching, Note, Way } from './newest.ts'
import { where } from './parameters.ts'
import { isLike, isShort, quoted } from './record-search.ts'

/** The first must be the indexed expression of `messaging_users_search`, letter by letter; the second is what `searched_text` makes of it, beside the activity. */
const ofRecord = `((u.name || ' ' || coalesce(u.external_id, '') || ' ' || u.platform_key) collate "default")`
const ofActivity = '(r.searched collate "default")'

const ofPhoneNumber = /^[+\d\s().\-/]*\d[+\d\s().\-/]*$/

/**
 * Conditions that a search text makes: every word must occur in the name, the external id or the key, one of fewer than three letters or
 * digits at the beginning of a word. Words that look like parts of a phone number also match as its digits, because people write numbers with spaces, dashes and parentheses.
 * @param way how they are looked for: see `isLike`
 */
export function searchConditions(text: string, $: Note, way: Way): string[] {
  const contains = (part: string) => {
    const begins = isShort(part) && /[\p{L}\p{N}]/u.test(part) ? ['', '% ', '%+'] : ['%']
    return isLike(way === 'folded' ? ofActivity : ofRecord, begins.map(before => `${before}${quoted(part)}%`), $, way)
  }
  return phrases(text).map((words) => {
    const literally = words.map(contains).join(' and ')
    const digits = words.join('').replaceAll(/\D/g, '')
    const isNumber = words.every((word) => ofPhoneNumber.test(word)) && (words.length > 1 || digits !== words[0])
    return isNumber ? `((${literally}) or ${contains(digits)})` : literally
  })
}

/** Finds the messaging users `u` that fulfil conditions. */
export const matchingUsers = (conditions: (note: Note, way: Way) => string[]): Matching => ({
  among: (rows, $) => `select u.id from messaging_users u ${where([`u.id = any(array(select of from ${rows}))`, ...conditions($, 'rows')])}`,
  all: $ => `select u.id from messaging_users u ${where(conditions($, 'index'))}`,
})

/** Finds messaging users by a search text alone; a list that brings `a.searched`, what their activity has beside it. */
export const searchedUsers = (text: string): Matching => ({
  among: (rows, $) => `select r.of as id from ${rows} r ${where(searchConditions(text, $, 'folded'))}`,
  all: matchingUsers(($, way) => searchConditions(text, $, way)).all,
})

/** The same for a list of what belongs to messaging users. */
export const searchedOwners = (text: string): Matching => ({
  among: (rows, $) => `select r.messaging_user_id as id from messaging_user_activity r ${where([
    `r.messaging_user_id = any(array(select of from ${rows}))`, ...searchConditions(text, $, 'folded')])}`,
  all: searchedUsers(text).all,
})

/** The words of a text; those next to each other that may be one phone number together. */
function phrases(text: string): string[][] {
  const phrases: string[][] = []
  let isOpen = false
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const mayBeNumber = /^[+\d().\-/]+$/.test(word)
    if (mayBeNumber && isOpen) phrases.at(-1)!.push(word)
    else phrases.push([word])
    isOpen = mayBeNumber
  }
  return phrases
}
