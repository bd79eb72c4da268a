import { expect, test } from 'vitest'
import type { Keywords } from '../../contract/consent.ts'
import { missingForLevel } from './activation.ts'
import { defaultKeywords } from './default-keywords.ts'

const { general } = Object.fromEntries(defaultKeywords) as Record<'general', Keywords>
const silent: Keywords = { ...general, optOutConfirmation: null, optInPrompt: null, doubleOptInPrompt: null }

test('the words Muster ships are enough for every level', () => {
  expect((['ImplicitOptIn', 'ExplicitOptIn', 'DoubleOptIn'] as const).flatMap(level => missingForLevel(level, defaultKeywords))).toEqual([])
})

test('each level needs more than the one before', () => {
  const nothing = new Map()
  const out = ['There are no words to opt out with', 'There is no confirmation of an opt-out']
  const optIn = [...out, 'There are no words to opt in with', 'There is no message that asks to opt in']
  expect(missingForLevel('ImplicitOptIn', nothing)).toEqual(out)
  expect(missingForLevel('ExplicitOptIn', nothing)).toEqual(optIn)
  expect(missingForLevel('DoubleOptIn', nothing))
    .toEqual([...optIn, 'There are no words to confirm an opt-in with', 'There is no message that asks to confirm an opt-in'])
})

test('one language is enough, with what it takes from the general list', () => {
  expect(missingForLevel('DoubleOptIn', new Map([['general', silent], ['pl', general]]))).toEqual([])
  const replies: Keywords = { ...general, optOut: [], optIn: [], doubleOptIn: [] }
  expect(missingForLevel('DoubleOptIn', new Map([['general', replies], ['pl', silent]]))).toEqual([])
})

test('what is missing is told of the language that lacks the least', () => {
  const lists = new Map([['general', silent], ['pl', { ...silent, optOutConfirmation: 'Koniec.' }]])
  expect(missingForLevel('ExplicitOptIn', lists)).toEqual(['There is no message that asks to opt in'])
  expect(missingForLevel('ImplicitOptIn', new Map([['general', { ...general, optOut: [] }]]))).toEqual(['There are no words to opt out with'])
})
