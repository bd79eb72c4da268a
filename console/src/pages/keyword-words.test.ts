import { expect, test } from 'vitest'
import { directionOf, doubledWords, exceedsSms, fallbackOf, languageCode, noKeywords } from './keyword-words.ts'

test('a word in two lists is found whatever its case and accents', () => {
  const keywords = { ...noKeywords, optOut: ['STOP', 'Arrêt'], optIn: ['START'], help: ['stop!', 'ARRET', 'Info'] }
  expect(doubledWords(keywords)).toEqual([
    { word: 'STOP', lists: ['Opt-out words', 'Help words'] },
    { word: 'Arrêt', lists: ['Opt-out words', 'Help words'] },
  ])
  expect(doubledWords({ ...noKeywords, optOut: ['STOP', 'stop'] })).toEqual([])
})

test.each([
  ['a'.repeat(160), false],
  ['a'.repeat(161), true],
  ['ü'.repeat(160), false],
  ['ł'.repeat(70), false],
  ['ł'.repeat(71), true],
  ['مرحبا '.repeat(12), true],
])('does %s need more than one SMS? %s', (text, expected) => expect(exceedsSms(text)).toBe(expected))

test('what a language lacks comes from the wider one, then from the general list', () => {
  expect(fallbackOf('pt-BR', ['general', 'pt'])).toBe('pt')
  expect(fallbackOf('zh-Hant-TW', ['general', 'zh'])).toBe('zh')
  expect(fallbackOf('sv-SE', ['general'])).toBe('general')
  expect(fallbackOf('general', ['general'])).toBeUndefined()
})

test('codes of languages are put into their usual form', () => {
  expect(languageCode(' PT-br ')).toBe('pt-BR')
  expect(languageCode('swedish language')).toBeUndefined()
  expect(languageCode('')).toBeUndefined()
  expect([directionOf('ar-EG'), directionOf('de')]).toEqual(['rtl', 'ltr'])
})
