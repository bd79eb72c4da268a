import { keywordKinds, type KeywordKind, type Keywords } from '../../contract/consent.ts'
import { fold } from './folding.ts'

export interface KeywordMatch {
  kind: KeywordKind
  word: string
  language: string
}

/** What `compileKeywords` makes, for `matchKeyword`. */
export interface KeywordMatcher {
  maxLength: number
  words: Map<string, KeywordMatch[]>
}

const noKeywords: Keywords = {
  optOut: [], optIn: [], doubleOptIn: [], help: [], custom: [],
  optOutConfirmation: null, optInConfirmation: null, optInPrompt: null, doubleOptInPrompt: null, helpResponse: null, customResponse: null,
}

/** Folds letters, and takes what is neither letter nor digit as a space: `“Opt-Out”!` is `opt out`. Text without any, as `👍`, stays. */
export function normaliseWord(text: string): string {
  const folded = fold(text)
  return folded.replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ').trim() || folded.trim()
}

/** Makes words, by language, ready for matching. */
export function compileKeywords(byLanguage: ReadonlyMap<string, Keywords>): KeywordMatcher {
  const words = new Map<string, KeywordMatch[]>()
  for (const [language, keywords] of byLanguage) {
    for (const kind of keywordKinds) {
      for (const word of keywords[kind]) {
        const normalised = normaliseWord(word)
        words.set(normalised, [...(words.get(normalised) ?? []), { kind, word, language }])
      }
    }
  }
  // Accents, quotes and emoji around a word take room of their own.
  const maxLength = 2 * Math.max(0, ...[...words.keys()].map(word => word.length)) + 16
  return { maxLength, words }
}

/**
 * The keyword that a text, as a whole, is; cheap for any other text. The law asks to understand a revocation (47 CFR 64.1200(a)(10)), so
 * opt-out words count in every language; the others in the person's (`es-MX`, then `es`) and the general list, or, while the language
 * is not known, in all. Words that confirm count only while a double opt-in waits: people answer other questions with yes.
 */
export function matchKeyword(
  matcher: KeywordMatcher, text: string, language: string | null, waitsForSecondWord: boolean,
): KeywordMatch | undefined {
  const trimmed = text.trim()
  if (trimmed.length > matcher.maxLength) return undefined
  const matches = matcher.words.get(normaliseWord(trimmed)) ?? []
  const order = fallbacks(language)
  const distance = (match: KeywordMatch) => {
    const place = order.indexOf(canonical(match.language))
    return place === -1 ? order.length : place
  }
  return matches
    .filter(match => match.kind === 'optOut'
      || ((match.kind !== 'doubleOptIn' || waitsForSecondWord) && (language === null || distance(match) < order.length)))
    .toSorted((a, b) => keywordKinds.indexOf(a.kind) - keywordKinds.indexOf(b.kind) || distance(a) - distance(b))[0]
}

/** What somebody of this language is answered with: each part from their language, what it lacks from `es` for `es-MX`, then from `general`. */
export function keywordsFor(byLanguage: ReadonlyMap<string, Keywords>, language: string | null): Keywords {
  const lists = new Map([...byLanguage].map(([name, keywords]) => [canonical(name), keywords]))
  const parts = Object.keys(noKeywords) as (keyof Keywords)[]
  const chosen = fallbacks(language).toReversed().map(name => lists.get(name)).filter(keywords => keywords !== undefined)
    .map(keywords => Object.fromEntries(parts.filter(part => keywords[part]?.length).map(part => [part, keywords[part]])))
  return Object.assign({}, noKeywords, ...chosen) as Keywords
}

const canonical = (language: string) => language.replaceAll('_', '-').toLowerCase()

/** `zh-Hant-TW`: zh-hant-tw, zh-hant, zh, general (RFC 4647, "Lookup"). */
function fallbacks(language: string | null): string[] {
  const subtags = language === null ? [] : canonical(language).split('-')
  return [...subtags.map((_, index) => subtags.slice(0, subtags.length - index).join('-')), 'general']
}
