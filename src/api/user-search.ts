import type { Matching, Note, Way } from './newest.ts'
import { where } from './parameters.ts'
import { isLike, quoted } from './record-search.ts'

/** What `searched_text` makes of records `u`; and the same, as it stands beside the activity, of rows `r`. */
const searched = {
  indexed: `(searched_text(u.name, u.external_id, u.platform_key) collate "default")`, folded: '(r.searched collate "default")',
}

const ofPhoneNumber = /^[+\d\s().\-/]*\d[+\d\s().\-/]*$/

/**
 * Conditions that a search text makes: every word must occur in the name, the external id or the key, one of fewer than three letters or
 * digits at the beginning of a word. Words that look like parts of a phone number also match as its digits, because people write numbers with spaces, dashes and parentheses.
 * @param way how they are looked for: see `isLike`
 */
export function searchConditions(text: string, $: Note, way: Way): string[] {
  const contains = (part: string) => {
    const begins = [...part].length < 3 && /[\p{L}\p{N}]/u.test(part) ? ['', '% ', '%+'] : ['%']
    return isLike(searched, begins.map(before => `${before}${quoted(part)}%`), $, way)
  }
  return phrases(text).map((words) => {
    const literally = words.map(contains).join(' and ')
    const digits = words.join('').replaceAll(/\D/g, '')
    const isNumber = words.every((word) => ofPhoneNumber.test(word)) && (words.length > 1 || digits !== words[0])
    return isNumber ? `((${literally}) or ${contains(digits)})` : literally
  })
}

/**
 * Finds messaging users `u` by a search text, and by conditions on their record, which is read only for these. For a search text, the list brings
 * `a.searched`.
 */
export function matchingUsers(text: string | undefined, conditions: (note: Note) => string[]): Matching {
  const search = ($: Note, way: Way) => (text ? searchConditions(text, $, way) : [])
  return {
    among: (rows, $) => {
      const found = `select r.of as id from ${rows} r ${where(search($, 'rows'))}`
      const more = conditions($)
      return more.length === 0 ? found : `select u.id from messaging_users u ${where([`u.id = any(array(${found}))`, ...more])}`
    },
    all: $ => `select u.id from messaging_users u ${where([...search($, 'index'), ...conditions($)])}`,
  }
}

/** Finds, by a search text, the messaging users of a list of what belongs to them. */
export const matchingOwners = (text: string): Matching => ({
  among: (rows, $) => `select r.messaging_user_id as id from messaging_user_activity r ${where([
    `r.messaging_user_id = any(array(select of from ${rows}))`, ...searchConditions(text, $, 'rows')])}`,
  all: matchingUsers(text, () => []).all,
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
