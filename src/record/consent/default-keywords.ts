import type { Keywords } from '../../contract/consent.ts'
import { ar } from './default-keywords/ar.ts'
import { de } from './default-keywords/de.ts'
import { en } from './default-keywords/en.ts'
import { es } from './default-keywords/es.ts'
import { fr } from './default-keywords/fr.ts'
import { hi } from './default-keywords/hi.ts'
import { it } from './default-keywords/it.ts'
import { ja } from './default-keywords/ja.ts'
import { ko } from './default-keywords/ko.ts'
import { nl } from './default-keywords/nl.ts'
import { pl } from './default-keywords/pl.ts'
import { pt } from './default-keywords/pt.ts'
import { tr } from './default-keywords/tr.ts'
import { zh } from './default-keywords/zh.ts'

/**
 * The words and replies of a channel that has no others, by language. No word to opt out with does anything else in any language; a reply
 * has at most 160 characters, and in Western European languages only letters of GSM's alphabet, so that it fits one SMS.
 */
export const defaultKeywords: ReadonlyMap<string, Keywords> =
  new Map(Object.entries({ general: en, en, es, pt, fr, de, it, nl, pl, ja, ko, zh, ar, hi, tr }))

const english = new Intl.DisplayNames('en', { type: 'language' })

/** The language's name in English; its code where it has none. */
export function languageName(language: string): string {
  if (language === 'general') return 'General'
  try {
    return english.of(language) ?? language
  } catch {
    return language
  }
}
