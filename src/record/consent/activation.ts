import type { ConsentType, Keywords } from '../../contract/consent.ts'
import { keywordsFor } from './keywords.ts'

type Part = Exclude<keyof Keywords, 'help' | 'custom' | 'helpResponse' | 'customResponse' | 'optInConfirmation'>

const messages: Record<Part, string> = {
  optOut: 'There are no words to opt out with',
  optOutConfirmation: 'There is no confirmation of an opt-out',
  optIn: 'There are no words to opt in with',
  optInPrompt: 'There is no message that asks to opt in',
  doubleOptIn: 'There are no words to confirm an opt-in with',
  doubleOptInPrompt: 'There is no message that asks to confirm an opt-in',
}

const implicit: Part[] = ['optOut', 'optOutConfirmation']
const explicit: Part[] = [...implicit, 'optIn', 'optInPrompt']
const needed: Record<ConsentType, Part[]> = {
  ImplicitOptIn: implicit, ExplicitOptIn: explicit, DoubleOptIn: [...explicit, 'doubleOptIn', 'doubleOptInPrompt'],
}

/**
 * What a channel lacks before it may go live at a level, as messages; empty when one language at least has all of it. The conditions are
 * those of Salesforce's skill "service-de-channel-consent-configure". Otherwise they are of the language that lacks the least.
 */
export function missingForLevel(level: ConsentType, byLanguage: ReadonlyMap<string, Keywords>): string[] {
  const languages = ['general', ...byLanguage.keys()]
  return languages.map(language => {
    const keywords = keywordsFor(byLanguage, language)
    return needed[level].filter(part => !keywords[part]?.length).map(part => messages[part])
  }).toSorted((a, b) => a.length - b.length)[0]!
}
