import type { IndividualKind } from '../../../src/contract/individuals.ts'
import type { Link, LinkKind, LinkRule, LinkRun, LinkSuggestion } from '../../../src/contract/links.ts'

/** Kinds of individuals, with what each is. */
export const kindWords: Record<IndividualKind, { label: string; means: string }> = {
  contact: { label: 'Contact', means: 'A person you do business with, at an account or by themselves' },
  lead: { label: 'Lead', means: 'A person who may become a customer' },
  employee: { label: 'Employee', means: 'A person of your own organisation' },
  person_account: { label: 'Person account', means: 'A customer who is a person and an account in one' },
}

export const linkKindWords: Record<LinkKind, string> = {
  contact: 'Contact',
  account: 'Account',
  lead: 'Lead',
  employee: 'Employee',
  person_account: 'Person account',
}

export const linkSourceWords: Record<Link['source'], string> = {
  console: 'linked by hand',
  api: 'linked by a program',
  rule: 'linked by a rule',
  suggestion: 'a suggestion was taken',
  import: 'linked by an import',
  merge: 'two records became one',
  conversion: 'the lead became a contact',
  contact: 'the contact’s account',
}

export const matchFieldWords: Record<LinkRule['matchOn'][number], string> = {
  phone: 'Phone number',
  email: 'E-mail address',
  user_id: 'The platform’s verified id of a person of yours',
  external_id: 'Id in another system',
}

export const whenNoneWords: Record<LinkRule['whenNone'], string> = {
  prompt: 'Leave it to a person',
  create: 'Create and link',
}
export const whenOneWords: Record<LinkRule['whenOne'], string> = { prompt: 'Suggest', auto: 'Link' }

export const runStatusWords: Record<LinkRun['status'], { label: string; colour: string }> = {
  running: { label: 'Running', colour: 'blue' },
  done: { label: 'Done', colour: 'green' },
  failed: { label: 'Failed', colour: 'red' },
  cancelled: { label: 'Stopped', colour: 'gray' },
}

export const suggestionWords: Record<NonNullable<LinkSuggestion['decision']>, { label: string; colour: string }> = {
  taken: { label: 'Taken', colour: 'green' },
  dismissed: { label: 'Dismissed', colour: 'gray' },
  obsolete: { label: 'Out of date', colour: 'gray' },
}

/** How sure a suggestion is, in a word: the number alone says little. */
export function sureness(score: number): { label: string; colour: string } {
  if (score >= 80) return { label: 'Very likely', colour: 'green' }
  if (score >= 60) return { label: 'Likely', colour: 'teal' }
  return score >= 40 ? { label: 'Possible', colour: 'yellow' } : { label: 'A hint', colour: 'gray' }
}

const countedMax = 100
/** Lists count no further than this. */
export const countedWords = (count: number) => (count >= countedMax ? `${countedMax}+` : String(count))
