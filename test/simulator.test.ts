import { expect, test } from 'vitest'
import { languages } from '../simulator/languages.ts'
import { platformOf, playedTypes } from '../simulator/platforms.ts'
import { traffic, type Delivery } from '../simulator/traffic.ts'
import { defaultKeywords } from '../src/record/consent/default-keywords.ts'
import { compileKeywords, matchKeyword } from '../src/record/consent/keywords.ts'
import { readsLikeRevocation } from '../src/record/consent/revocation.ts'

const startedAt = new Date('2026-05-01T12:00:00Z')

function play(seed: number, count: number, more: Partial<Parameters<typeof traffic>[0]> = {}): Delivery[] {
  const acts = ['says', 'answers', 'receipt', 'edits', 'deletes', 'leaves', 'returns'] as const
  const deliveries = traffic({ seed, startedAt, people: 50, rate: 5, acts, fictionOnly: false, ...more })
  return Array.from({ length: count }, () => deliveries.next().value as Delivery)
}

test('the same seed plays the same, another one plays something else', () => {
  expect(play(42, 500)).toEqual(play(42, 500))
  expect(play(42, 50)).not.toEqual(play(43, 50))
})

test.each(playedTypes)('%s: the same acts are the same bytes', (type) => {
  const platform = platformOf(type)!
  const keySeed = Buffer.alloc(32, 1)
  const channel = { id: 'ch_x', config: platform.invent(keySeed), webhookUrl: 'http://localhost/webhooks/ch_x', keySeed }
  const bytes = () => play(1, 40, { acts: platform.acts }).map(({ act }) => platform.request(act, channel, startedAt, { token: 't' }))
  expect(bytes()).toEqual(bytes())
})

test('over a while everything happens: many languages, redeliveries, late news, receipts before their message, keywords and new names', () => {
  const deliveries = play(1, 5000)
  const acts = deliveries.map(({ act }) => act)
  expect(new Set(acts.map(act => act.person.language)).size).toBe(Object.keys(languages).length)
  expect(new Set(acts.map(act => act.kind)).size).toBe(7)
  expect(new Set(acts).size).toBeLessThan(acts.length * 0.98)
  const place = new Map(acts.map((act, index) => [act.id, index]))
  expect(acts.filter((act, index) => act.kind === 'receipt' && place.get(act.of)! > index).length).toBeGreaterThan(10)
  expect(deliveries.filter(({ act, afterMs }) => startedAt.getTime() + afterMs - act.at.getTime() > 1000).length).toBeGreaterThan(50)
  expect(new Set(acts.map(act => act.name)).size).toBeGreaterThan(50)
  const lasted = deliveries.at(-1)!.afterMs / 1000
  expect(deliveries.length / lasted).toBeGreaterThan(4.5)
  expect(deliveries.length / lasted).toBeLessThan(5.5)
})

test('people of a channel that is not simulated have numbers that nobody can have', () => {
  const numbers = play(3, 2000, { fictionOnly: true, people: 500 }).map(({ act }) => act.person.phone)
  expect(numbers.filter(number => !/^\+1\d{3}55501\d\d$|^\+447700900\d{3}$|^\+3363998\d{4}$|^\+4917(139200|6040690)\d\d$/.test(number))).toEqual([])
})

const matcher = compileKeywords(defaultKeywords)

test.each(Object.entries(languages))('Muster understands how people say stop and start in %s, and nothing else for it', (language, words) => {
  const kind = (text: string) => matchKeyword(matcher, text, language, false)?.kind
  expect(words.stop.filter(text => kind(text) !== 'optOut')).toEqual([])
  expect(words.start.filter(text => kind(text) !== 'optIn')).toEqual([])
  expect(words.revoke.filter(text => !readsLikeRevocation(text))).toEqual([])
  const innocent = [...words.hello, ...words.ask, ...words.more, ...words.thanks]
  expect(innocent.filter(text => kind(text) ?? readsLikeRevocation(text))).toEqual([])
})
