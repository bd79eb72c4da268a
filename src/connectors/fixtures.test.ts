import { expect, test } from 'vitest'
import { UnparseableError } from './connector.ts'
import { type Case, readFixtures, requestOf } from './fixtures.ts'
import { connectorOf, registry } from './registry.ts'

test('every connector has fixtures', () => {
  const few = registry.map(({ connector }) => connector.type).filter(type => readFixtures(type).length < 5)
  expect(few).toEqual([])
})

test.each(readFixtures())('$name: $fixture.about', ({ type, fixture }) => {
  const { about: _, config: __, request: ___, ...expected } = fixture
  expect(outcomeOf({ type, fixture })).toEqual(expected)
})

/** What becomes of the request, in the words of the fixture; times as text. */
function outcomeOf({ type, fixture: { reply, ...fixture } }: Pick<Case, 'type' | 'fixture'>): object {
  const connector = connectorOf(type)!
  const request = requestOf(type, fixture)
  if (reply) return { reply: connector.handshake!(request, fixture.config) ?? 'none' }

  const verdict = connector.verify(request, fixture.config, request.receivedAt)
  if (!verdict.ok) return { refused: verdict.reason }
  try {
    return JSON.parse(JSON.stringify({ events: connector.parse(request) })) as object
  } catch (error) {
    if (error instanceof UnparseableError) return { unparseable: error.message }
    throw error
  }
}
