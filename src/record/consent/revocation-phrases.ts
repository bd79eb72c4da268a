import { ar } from './revocation-phrases/ar.ts'
import { de } from './revocation-phrases/de.ts'
import { en } from './revocation-phrases/en.ts'
import { es } from './revocation-phrases/es.ts'
import { fr } from './revocation-phrases/fr.ts'
import { hi } from './revocation-phrases/hi.ts'
import { it } from './revocation-phrases/it.ts'
import { ja } from './revocation-phrases/ja.ts'
import { ko } from './revocation-phrases/ko.ts'
import { nl } from './revocation-phrases/nl.ts'
import { pl } from './revocation-phrases/pl.ts'
import { pt } from './revocation-phrases/pt.ts'
import { tr } from './revocation-phrases/tr.ts'
import { zh } from './revocation-phrases/zh.ts'

/**
 * How people of a language revoke their consent in free text. A phrase is a regular expression in small letters (accents do not matter)
 * with signs of its own: `~` up to three more words (unspaced: ten characters), `*` the rest of a word, `.` where a sentence begins or
 * ends. Every repetition has a bound.
 */
export interface RevocationPhrases {
  language: string
  /** Phrases match whole words with a space between; otherwise anywhere in a text whose spaces are left out. */
  spaced: boolean
  phrases: string[]
  /** What says the opposite, or something else. It is taken out of the text before the phrases are looked for. */
  not: string[]
}

export const revocationPhrases: RevocationPhrases[] = [en, es, pt, fr, de, it, nl, pl, ja, ko, zh, ar, hi, tr]
