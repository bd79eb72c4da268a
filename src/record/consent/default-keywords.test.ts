import { Compile } from 'typebox/compile'
import { describe, expect, test } from 'vitest'
import { KeywordLanguage, Keywords, keywordKinds, type KeywordKind } from '../../contract/consent.ts'
import { defaultKeywords, languageName } from './default-keywords.ts'
import { compileKeywords, matchKeyword, normaliseWord } from './keywords.ts'

const languages = [...defaultKeywords]
const isKeywords = Compile(Keywords)

test('there are fifteen lists, and each is one a channel could have', () => {
  expect([...defaultKeywords.keys()]).toEqual(['general', 'en', 'es', 'pt', 'fr', 'de', 'it', 'nl', 'pl', 'ja', 'ko', 'zh', 'ar', 'hi', 'tr'])
  for (const [language, keywords] of languages) {
    expect(isKeywords.Errors(keywords), language).toEqual([])
    expect(Compile(KeywordLanguage).Check(language)).toBe(true)
    for (const kind of ['optOut', 'optIn', 'doubleOptIn', 'help'] as const) {
      const words = keywords[kind].map(normaliseWord)
      expect(words.length, `${language} ${kind}`).toBeGreaterThan(0)
      expect(new Set(words).size, `${language} ${kind}: ${words}`).toBe(words.length)
    }
  }
})

test('the words of the law and of the carriers opt out', () => {
  const matcher = compileKeywords(defaultKeywords)
  const words = ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe', 'stopall', 'stop all', 'optout', 'opt-out', 'arret', 'TD']
  expect(words.filter(word => matchKeyword(matcher, word, 'ja', false)?.kind !== 'optOut')).toEqual([])
})

test('a word that opts out does nothing else in any language, and no list has a word twice', () => {
  const uses = new Map<string, Set<KeywordKind>>()
  for (const [language, keywords] of languages) {
    for (const kind of keywordKinds) {
      for (const word of keywords[kind].map(normaliseWord)) uses.set(word, (uses.get(word) ?? new Set()).add(kind))
    }
    const own = keywordKinds.flatMap(kind => keywords[kind].map(normaliseWord))
    expect(own.filter((word, index) => own.indexOf(word) !== index), language).toEqual([])
  }
  expect([...uses].filter(([, kinds]) => kinds.has('optOut') && kinds.size > 1)).toEqual([])
})

test('what people answer to other questions opts in nowhere', () => {
  const yes = languages.flatMap(([, keywords]) => keywords.doubleOptIn.map(normaliseWord))
  const optIns = languages.flatMap(([, keywords]) => keywords.optIn.map(normaliseWord))
  expect(yes).toEqual(expect.arrayContaining(['yes', 'si', 'sim', 'oui', 'ja', 'tak', 'はい', '네', '是', 'نعم', 'हाँ', 'evet']))
  expect(optIns.filter(word => yes.includes(word))).toEqual([])
})

describe.each(languages)('the replies in %s', (language, keywords) => {
  const replies = {
    optOutConfirmation: ['optIn'], optInConfirmation: ['help', 'optOut'], optInPrompt: ['optIn', 'help', 'optOut'],
    doubleOptInPrompt: ['doubleOptIn', 'optOut'], helpResponse: ['optOut'],
  } as const satisfies Partial<Record<keyof Keywords, readonly KeywordKind[]>>

  /** The words a reply names: in capitals, or between quotation marks. */
  const named = (text: string) => [...text.matchAll(/(?<!\p{L})\p{Lu}{2,}(?!\p{L})|["“«「].+?["”»」]/gu)].map(match => normaliseWord(match[0]))

  test.each(Object.entries(replies))('%s names words that this language has', (reply, kinds) => {
    const words = named(keywords[reply as keyof typeof replies]!)
    const kindsOfWords = words.map(word => keywordKinds.find(kind => keywords[kind].some(listed => normaliseWord(listed) === word)))
    expect(new Set(kindsOfWords), words.join()).toEqual(new Set(kinds))
  })

  test('fit one SMS', () => {
    const texts = (Object.keys(replies) as (keyof typeof replies)[]).map(reply => keywords[reply]!)
    expect(texts.filter(text => text.length > 160)).toEqual([])
    // GSM 03.38; other letters turn an SMS into one of 70 characters.
    const gsm = /^[A-Za-z0-9 \n.,:;!?'"()/&%+*=<>@£$¥èéùìòÇØøÅåÆæßÉÄÖÑÜ§¿äöñüà¡-]+$/
    const western = ['general', 'en', 'es', 'pt', 'fr', 'de', 'it', 'nl'].includes(language)
    expect(texts.filter(text => western && !gsm.test(text))).toEqual([])
  })
})

test('languages have names', () => {
  expect(['general', 'de', 'es-MX', 'zh-Hant', 'xx-1'].map(languageName))
    .toEqual(['General', 'German', 'Mexican Spanish', 'Traditional Chinese', 'xx-1'])
})
