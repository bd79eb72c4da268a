import type { KeywordKind, Keywords } from '../../../src/contract/consent.ts'

type ReplyPart = Exclude<keyof Keywords, KeywordKind>

interface KeywordGroup {
  title: string
  means: string
  kind: KeywordKind
  wordsLabel: string
  replies: { part: ReplyPart; label: string; means: string }[]
}

/** The words and replies of a language, in the order in which they are shown. */
export const keywordGroups: KeywordGroup[] = [
  {
    title: 'Opt-out',
    means: 'Whoever says one of these is not written to any more.',
    kind: 'optOut',
    wordsLabel: 'Opt-out words',
    replies: [{ part: 'optOutConfirmation', label: 'Opt-out confirmation', means: 'Sent once, and nothing after it' }],
  },
  {
    title: 'Opt-in',
    means: 'Whoever says one of these has consented, or consents again.',
    kind: 'optIn',
    wordsLabel: 'Opt-in words',
    replies: [
      { part: 'optInPrompt', label: 'Opt-in prompt', means: 'Asks for consent where the channel needs it' },
      { part: 'optInConfirmation', label: 'Opt-in confirmation', means: 'Sent when the consent is complete' },
    ],
  },
  {
    title: 'Double opt-in',
    means: 'These confirm an opt-in, and count only while one waits for it.',
    kind: 'doubleOptIn',
    wordsLabel: 'Double opt-in words',
    replies: [{ part: 'doubleOptInPrompt', label: 'Double opt-in prompt', means: 'Asks to confirm the opt-in' }],
  },
  {
    title: 'Help',
    means: 'Whoever asks for help is told what to do.',
    kind: 'help',
    wordsLabel: 'Help words',
    replies: [{ part: 'helpResponse', label: 'Help reply', means: 'Sent for every help word' }],
  },
  {
    title: 'Custom',
    means: 'Words of your own, with a reply of your own.',
    kind: 'custom',
    wordsLabel: 'Custom words',
    replies: [{ part: 'customResponse', label: 'Custom reply', means: 'Sent for every custom word' }],
  },
]

export const noKeywords: Keywords = {
  optOut: [],
  optIn: [],
  doubleOptIn: [],
  help: [],
  custom: [],
  optOutConfirmation: null,
  optInConfirmation: null,
  optInPrompt: null,
  doubleOptInPrompt: null,
  helpResponse: null,
  customResponse: null,
}

export const replyLengthMax = 1600

/** A word as it is compared: without case, accents and what is neither letter nor digit. */
function folded(word: string): string {
  const plain = word.normalize('NFKC').toLowerCase().normalize('NFD').replaceAll(/[\u{300}-\u{36F}]/gu, '').normalize('NFC')
  return plain.replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ').trim() || plain
}

/** Words that stand in more than one list of a language, where only one of them can count. */
export function doubledWords(keywords: Keywords): { word: string; lists: string[] }[] {
  const byWord = new Map<string, { word: string; lists: string[] }>()
  for (const { kind, wordsLabel } of keywordGroups) {
    for (const word of keywords[kind]) {
      const known = byWord.get(folded(word))
      if (!known) byWord.set(folded(word), { word, lists: [wordsLabel] })
      else if (!known.lists.includes(wordsLabel)) known.lists.push(wordsLabel)
    }
  }
  return [...byWord.values()].filter(({ lists }) => lists.length > 1)
}

// The basic alphabet of SMS and its extension, 3GPP TS 23.038 §6.2.1.
const smsAlphabet =
  /^[\n\r !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ^{}\\[~\]|€]*$/u

/** Is the text too long for one SMS? It holds 160 letters of its own alphabet, 70 of any other. */
export const exceedsSms = (text: string): boolean => text.length > (smsAlphabet.test(text) ? 160 : 70)

const rightToLeft = new Set(['ar', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'])
export const directionOf = (language: string) => (rightToLeft.has(language.split('-')[0]!) ? 'rtl' : 'ltr')

/** The language whose words and replies count where `language` has none: `pt` for `pt-BR`, then the general ones. */
export function fallbackOf(language: string, known: string[]): string | undefined {
  if (language === 'general') return undefined
  const wider = language.split('-').slice(0, -1).join('-')
  return wider === '' ? 'general' : known.includes(wider) ? wider : fallbackOf(wider, known)
}

/** @returns the code as it is written (`PT-br`: `pt-BR`); undefined if it is none */
export function languageCode(typed: string): string | undefined {
  try {
    const code = Intl.getCanonicalLocales(typed.trim())[0]
    return code && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(code) ? code : undefined
  } catch {
    return undefined
  }
}

const names = new Intl.DisplayNames('en', { type: 'language' })
export const languageName = (code: string) => (code === 'general' ? 'General' : (names.of(code) ?? code))
