import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Connector, type InboundEvent, type RawRequest, UnparseableError } from './connector.ts'
import { readFixtures, requestOf } from './fixtures.ts'
import { connectorOf, registry } from './registry.ts'

/** `refused` in the way that is agreed; any other error passes through. */
function parsed(connector: Connector, request: RawRequest): InboundEvent[] | 'refused' {
  try {
    return connector.parse(request)
  } catch (error) {
    if (error instanceof UnparseableError && error.message) return 'refused'
    throw error
  }
}

/** Events that nothing later on could deal with. */
function unsound(outcome: InboundEvent[] | 'refused'): InboundEvent[] {
  return outcome === 'refused' ? [] : outcome.filter(event =>
    event.eventId === '' || Number.isNaN(event.occurredAt.getTime()) || !JSON.stringify(event)
    || (event.kind !== 'unsupported' && event.user.key.key === '')
    || (event.kind === 'user.readdressed' && event.previous.length === 0))
}

/** Values that take the place of others: what a platform never sends, and what it might. */
const odd = fc.oneof(
  fc.constantFrom(null, true, 0, -1, 1e308, '', ' ', '0', '-1', '999999999999', '\0', '\ud800', '__proto__', 'constructor'),
  fc.constantFrom<unknown>([], {}, [null], { id: {} }),
  fc.string({ unit: 'binary' }), fc.jsonValue(),
)

/** A copy of `value` in which the part that the numbers lead to is another one, or gone. */
function mutate(value: unknown, path: number[], replacement: unknown): unknown {
  const [step, ...rest] = path
  if (typeof value !== 'object' || value === null || step === undefined) return replacement
  const names = Object.keys(value)
  const name = names[step % Math.max(names.length, 1)]
  if (name === undefined) return replacement
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => String(index) === name ? mutate(item, rest, replacement) : item)
  }
  const part = mutate((value as Record<string, unknown>)[name], rest, replacement)
  return { ...value, [name]: part }
}

describe.each(registry.map(({ connector }) => connector.type))('%s', type => {
  const connector = connectorOf(type)!
  const valid = readFixtures(type).filter(({ fixture }) => fixture.events?.length && typeof fixture.request.body === 'object')
  const fixtures = fc.constantFrom(...valid.map(each => each.fixture))

  test('random bytes are refused or understood, never an error', () => {
    fc.assert(fc.property(fixtures, fc.uint8Array({ maxLength: 500 }), (fixture, bytes) => {
      expect(unsound(parsed(connector, { ...requestOf(type, fixture), body: Buffer.from(bytes) }))).toEqual([])
    }), { numRuns: 300 })
  })

  test('random JSON, too', () => {
    fc.assert(fc.property(fixtures, fc.json(), (fixture, json) => {
      expect(unsound(parsed(connector, { ...requestOf(type, fixture), body: Buffer.from(json) }))).toEqual([])
    }), { numRuns: 300 })
  })

  test('and real requests in which one byte or one part is another', () => {
    fc.assert(fc.property(fixtures, fc.nat(), fc.nat(255), (fixture, at, byte) => {
      const request = requestOf(type, fixture)
      request.body[at % request.body.length] = byte
      expect(unsound(parsed(connector, request))).toEqual([])
    }), { numRuns: 1000 })
    fc.assert(fc.property(fixtures, fc.array(fc.nat(20), { minLength: 1, maxLength: 9 }), odd, (fixture, path, replacement) => {
      const body = mutate(fixture.request.body, path, replacement)
      fc.pre(typeof body === 'object' && body !== null)
      const request = requestOf(type, { ...fixture, request: { ...fixture.request, body: body as Record<string, unknown> } })
      expect(unsound(parsed(connector, request))).toEqual([])
    }), { numRuns: 3000 })
  })

  test('redelivery brings the same event ids', () => {
    for (const { fixture } of valid) {
      const request = (at: string) => requestOf(type, { ...fixture, request: { ...fixture.request, at } })
      const ids = (at: string) => connector.parse(request(at)).map(event => event.eventId)
      expect(ids('2026-09-21T15:00:00Z')).toEqual(ids('2026-09-21T14:00:00Z'))
    }
  })

  test('bytes that are not UTF-8 are refused, not replaced: two keys must not become one', () => {
    const body = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')])
    const request = { ...requestOf(type, valid[0]!.fixture), body }
    request.headers = { ...request.headers, 'content-type': 'application/json' }
    expect(parsed(connector, request)).toBe('refused')
  })

  test('nesting without end is refused', () => {
    const body = Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)
    const request = { ...requestOf(type, valid[0]!.fixture), body }
    request.headers = { ...request.headers, 'content-type': 'application/json' }
    expect(parsed(connector, request)).toBe('refused')
  })
})

test('WhatsApp: a thousand messages in one request, each its own event', () => {
  const { fixture } = readFixtures('whatsapp').find(each => each.name === 'whatsapp/text')!
  interface Body { entry: { changes: { value: { messages: object[] } }[] }[] }
  const body = structuredClone(fixture.request.body) as unknown as Body & Record<string, unknown>
  const value = body.entry[0]!.changes[0]!.value
  value.messages = Array.from({ length: 1000 }, (_, index) => ({ ...value.messages[0], id: `wamid.${index}` }))
  const events = connectorOf('whatsapp')!.parse(requestOf('whatsapp', { ...fixture, request: { body } }))
  expect(new Set(events.map(event => event.eventId)).size).toBe(1000)
  expect(events.every(event => event.kind === 'message.received')).toBe(true)
})

test('Bring Your Own Channel: 1,000 events are taken, 1,001 refused as a whole', () => {
  const { fixture } = readFixtures('byoc').find(each => each.name === 'byoc/received')!
  const [event] = (fixture.request.body as { events: object[] }).events
  const parse = (count: number) => parsed(connectorOf('byoc')!, requestOf('byoc', {
    ...fixture, request: { body: { events: Array.from({ length: count }, (_, index) => ({ ...event, id: `e-${index}` })) } },
  }))
  expect(parse(1000)).toHaveLength(1000)
  expect(parse(1001)).toBe('refused')
})
