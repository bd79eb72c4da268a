import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Keywords } from '../../contract/consent.ts'
import { defaultKeywords } from './default-keywords.ts'
import { compileKeywords, keywordsFor, matchKeyword, normaliseWord } from './keywords.ts'

const empty: Keywords = {
  optOut: [], optIn: [], doubleOptIn: [], help: [], custom: [],
  optOutConfirmation: null, optInConfirmation: null, optInPrompt: null, doubleOptInPrompt: null, helpResponse: null, customResponse: null,
}
const matcher = compileKeywords(defaultKeywords)
const kindOf = (text: string, language: string | null = null, waits = false) => matchKeyword(matcher, text, language, waits)?.kind

describe('the same word', () => {
  test.each([
    ['stop', ['STOP', 'Stop.', ' stop!!! ', '“Stop”', '*STOP*', '🛑 stop 🛑', 'ｓｔｏｐ', '𝐒𝐓𝐎𝐏']],
    ['stop', ['st\u00ADop', 'STOP\u200B', 'STÓP', 'stop ❤️', '\u202Astop\u202C', '👉🏽stop']],
    ['opt out', ['OPT-OUT', 'opt  out', 'Opt – Out', 'opt\nout', 'opt_out']],
    ['optout', ['OptOut']],
    ['arret', ['ARRÊT', 'Arre\u0302t', 'arret']],
    ['iptal', ['İPTAL', 'IPTAL', 'iptal', 'ıptal']],
    ['wyslij', ['WYŚLIJ', 'wyslij']],
    ['zlota', ['ZŁOTA', 'zlota']],
    ['strasse', ['Straße', 'STRASSE']],
    ['ストップ', ['ｽﾄｯﾌﾟ', '「ストップ」', 'ストッフ\u309A']],
    ['수신거부', ['수신거부', '수신거부'.normalize('NFD')]],
    ['ايقاف', ['إيقاف', 'إِيقَاف', 'ايقـــاف']],
    ['हाँ', ['हाँ', ' हाँ।']],
    ['👍', ['👍', '👍\uFE0F', ' 👍 ']],
    ['', ['', ' ', '\u200B']],
  ])('%s', (normalised, texts) => {
    expect(texts.map(normaliseWord)).toEqual(texts.map(() => normalised))
  })

  test('marks that make another letter stay', () => {
    const different = [['が', 'か'], ['パ', 'ハ'], ['की', 'का'], ['कि', 'क'], ['ना', 'न'], ['각', '가']]
    for (const [one, other] of different) expect(normaliseWord(one!)).not.toBe(normaliseWord(other!))
  })
})

describe('what a text is', () => {
  test('only a whole text is a keyword', () => {
    const others = ['We have got to STOP this terrible bill', 'stop please', 'stops', "don't stop", '', '.', '🛑']
    expect(others.filter(text => kindOf(text))).toEqual([])
    expect(['stop', 'Stop all', 'OPT-OUT!'].map(text => kindOf(text))).toEqual(['optOut', 'optOut', 'optOut'])
  })

  test('opt-out words are understood in every language, and said to be of the person’s own where it has them', () => {
    expect(matchKeyword(matcher, 'stop', 'de', false)).toEqual({ kind: 'optOut', word: 'STOP', language: 'de' })
    expect(matchKeyword(matcher, 'stop', 'es-MX', false)?.language).toBe('es')
    expect(matchKeyword(matcher, 'stop', null, false)?.language).toBe('general')
    expect(matchKeyword(matcher, 'stop', 'sv', false)?.language).toBe('general')
    expect(matchKeyword(matcher, '退订', 'de', false)).toEqual({ kind: 'optOut', word: '退订', language: 'zh' })
  })

  test('other words are those of the person’s language and of all, or of any while it is not known', () => {
    expect([kindOf('ayuda', 'es'), kindOf('ayuda', 'es_MX'), kindOf('ayuda', 'de'), kindOf('ayuda'), kindOf('help', 'de'), kindOf('help', 'sv')])
      .toEqual(['help', 'help', undefined, 'help', 'help', 'help'])
    expect([kindOf('alta', 'es-AR'), kindOf('alta', 'en')]).toEqual(['optIn', undefined])
  })

  test('a yes counts while a second word is awaited, and only then', () => {
    expect([kindOf('Yes!', 'en', true), kindOf('Sí', 'es', true), kindOf('Yes', 'en'), kindOf('sì', null)])
      .toEqual(['doubleOptIn', 'doubleOptIn', undefined, undefined])
  })

  test('opting out goes first, then confirming, opting in, help, and what the channel has of its own', () => {
    const word = ['GO']
    const kinds = ['optOut', 'doubleOptIn', 'optIn', 'help', 'custom'] as const
    const first = kinds.map((_, start) => {
      const lists = Object.fromEntries(kinds.slice(start).map(kind => [kind, word]))
      return matchKeyword(compileKeywords(new Map([['general', { ...empty, ...lists }]])), 'go', null, true)?.kind
    })
    expect(first).toEqual([...kinds])
    const own = new Map([['general', { ...empty, optIn: word }], ['nl', { ...empty, help: word }]])
    expect(matchKeyword(compileKeywords(own), 'go', 'nl', false)).toEqual({ kind: 'optIn', word: 'GO', language: 'general' })
  })

  test('a regional list goes before that of its language', () => {
    const lists = new Map([['general', empty], ['zh', { ...empty, help: ['幫'] }], ['zh-Hant', { ...empty, help: ['幫'] }]])
    const languages = ['zh-Hant-TW', 'ZH-hant', 'zh-Hans'].map(language => matchKeyword(compileKeywords(lists), '幫', language, false)?.language)
    expect(languages).toEqual(['zh-Hant', 'zh-Hant', 'zh'])
  })

  test('no words, no matches', () => {
    expect(matchKeyword(compileKeywords(new Map()), 'stop', null, true)).toBeUndefined()
  })
})

test('the sharp s is the same in every case', () => {
  expect(new Set(['STRAẞE', 'straße', 'STRASSE', 'Straße'].map(normaliseWord))).toEqual(new Set(['strasse']))
})

describe('whatever the text', () => {
  const language = fc.option(fc.constantFrom(...defaultKeywords.keys(), 'es-MX', 'sv', ''))
  const listed = [...defaultKeywords.values()].flatMap(list => [...list.optOut, ...list.optIn, ...list.doubleOptIn, ...list.help])

  test('it is read without a fault', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xFFFF })).map(units => String.fromCharCode(...units))
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), units), language,
      (text, language) => {
        matchKeyword(matcher, text, language, true)
        expect(normaliseWord(normaliseWord(text))).toBe(normaliseWord(text))
      }), { numRuns: 1000 })
  })

  test('a keyword with other words around it is none', () => {
    const known = new Set(listed.map(normaliseWord))
    const others = fc.constantFrom('this', 'terrible', 'bill', 'nie', 'por favor', 'は', '我们')
    fc.assert(fc.property(fc.constantFrom(...listed), others, others, language, (word, before, after, language) => {
      const texts = [`${before} ${word}`, `${word} ${after}`, `${before} ${word} ${after}`].filter(text => !known.has(normaliseWord(text)))
      expect(texts.filter(text => matchKeyword(matcher, text, language, true))).toEqual([])
    }))
  })

  test('quotes, space and emoji around a keyword change nothing', () => {
    const around = fc.constantFrom('', ' ', '"', '«', '!', '...', '🙏', '❤️', '\n', '-', '*')
    fc.assert(fc.property(fc.constantFrom(...listed), around, around, (word, before, after) => {
      expect(matchKeyword(matcher, `${before}${word}${after}`, null, true)).toEqual(matchKeyword(matcher, word, null, true))
      expect(matchKeyword(matcher, word, null, true)).toBeDefined()
    }))
  })

  test('a long one costs nothing', () => {
    const texts = ['stop '.repeat(20_000), 'e\u0301'.repeat(50_000), '!'.repeat(100_000)]
    const started = performance.now()
    for (let times = 0; times < 1000; times++) for (const text of texts) matchKeyword(matcher, text, 'en', true)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

describe('who is answered with what', () => {
  const lists = new Map<string, Keywords>([
    ['general', { ...empty, optOut: ['STOP'], help: ['HELP'], helpResponse: 'Help!', optOutConfirmation: 'Out.' }],
    ['es', { ...empty, optOut: ['BAJA'], helpResponse: '¡Ayuda!' }],
    ['es-MX', { ...empty, help: ['AYUDA'], optInPrompt: '¿Sí?' }],
  ])

  test('each part comes from the nearest language that has it', () => {
    expect(keywordsFor(lists, 'es-mx')).toEqual({
      ...empty, optOut: ['BAJA'], help: ['AYUDA'], optInPrompt: '¿Sí?', helpResponse: '¡Ayuda!', optOutConfirmation: 'Out.',
    })
    expect(keywordsFor(lists, 'es')).toEqual({ ...empty, optOut: ['BAJA'], help: ['HELP'], helpResponse: '¡Ayuda!', optOutConfirmation: 'Out.' })
    expect([keywordsFor(lists, null), keywordsFor(lists, 'fr')]).toEqual([lists.get('general'), lists.get('general')])
    expect(keywordsFor(new Map(), 'de')).toEqual(empty)
  })
})
