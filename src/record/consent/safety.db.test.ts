import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../../../test/database.ts'
import { applyConnection, at, makeChannel, received } from '../../../test/record.ts'
import type { ConsentStatus, ConsentType } from '../../contract/consent.ts'
import { applyEvents } from '../apply.ts'
import type { ChannelEvent } from '../event.ts'
import { runner } from '../statement.ts'
import { changeConsent, ConsentRefusedError, expirePending } from './change.ts'
import { checkSend } from './gate.ts'
import type { Evidence } from './ledger.ts'
import { PENDING_HOURS, type ConsentAct } from './state.ts'
import { verifyLedger } from './verify.ts'

let db: TestDatabase
let lane: Awaited<ReturnType<typeof applyConnection>>
beforeAll(async () => {
  db = await testDatabase()
  lane = await applyConnection(db.connection)
})
afterAll(async () => {
  await lane.end()
  await db.drop()
})

const status = fc.constantFrom<ConsentStatus>('ImplicitlyOptedIn', 'ExplicitlyOptedIn', 'DoublyOptedIn', 'OptedOut')
type Step =
  | { do: 'say'; text: 'hello' | 'STOP' | 'START' | 'YES' | 'help' }
  | { do: 'told'; status: ConsentStatus }
  | { do: 'carrier' }
  | { do: 'record' | 'import' | 'merge'; status: ConsentStatus }
  | { do: 'wait'; hours: number }
  | { do: 'level'; level: ConsentType }
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), text: fc.constantFrom('hello' as const, 'STOP' as const, 'START' as const, 'YES' as const, 'help' as const) }) },
  fc.record({ do: fc.constant('told' as const), status }),
  fc.record({ do: fc.constant('carrier' as const) }),
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('record' as const, 'import' as const, 'merge' as const), status }) },
  fc.record({ do: fc.constant('wait' as const), hours: fc.constantFrom(1, PENDING_HOURS) }),
  fc.record({ do: fc.constant('level' as const), level: fc.constantFrom<ConsentType>('ImplicitOptIn', 'ExplicitOptIn', 'DoubleOptIn') }),
)

let serial = 0
const key = 'the person'

/** One person, a channel and a clock of their own; what they did, seen from outside. */
class World {
  readonly channelId: string
  now = 0
  level: ConsentType = 'ImplicitOptIn'
  /** Did the person, or somebody who heard them, say no, and nobody yes since? */
  optedOut = false
  /** A yes that waits for the second: whether the person had said no before, and until when. */
  waiting: { optedOut: boolean; until: number } | undefined
  /** Two confirmations, the second while the first was waiting. */
  confirmedTwice = false

  constructor(channelId: string) {
    this.channelId = channelId
  }

  no(): void {
    this.optedOut = true
    this.waiting = undefined
    this.confirmedTwice = false
  }

  yes(): void {
    if (this.confirmedTwice) return
    if (this.level === 'DoubleOptIn') this.waiting = { optedOut: this.waiting?.optedOut ?? this.optedOut, until: this.now + PENDING_HOURS * 3600 }
    else this.waiting = undefined
    this.optedOut = false
  }

  second(): boolean {
    if (!this.waiting || this.now >= this.waiting.until) return false
    this.confirmedTwice = true
    this.waiting = undefined
    this.optedOut = false
    return true
  }

  expire(): void {
    if (!this.waiting || this.now < this.waiting.until) return
    this.optedOut = this.waiting.optedOut
    this.waiting = undefined
  }
}

async function take(world: World, one: Step): Promise<void> {
  world.now += 60
  const time = at(world.now)
  const apply = (event: object) => applyEvents(lane.run, [{
    channelId: world.channelId, event: { eventId: `e${serial++}`, occurredAt: time, user: { key: { kind: 'phone', key } }, ...event },
  } as ChannelEvent])
  const userId = (await db.pool.query('select id from messaging_users where channel_id = $1', [world.channelId])).rows[0].id
  const change = (act: ConsentAct, source: Evidence['source']) => changeConsent(db.pool, userId, act, 'all', {
    source, actor: null, language: null, words: null, messageId: null, note: null, happenedAt: time,
  }, time).then(() => true, error => {
    if (error instanceof ConsentRefusedError) return false
    throw error
  })
  switch (one.do) {
    case 'say':
      await applyEvents(lane.run, [received(world.channelId, key, `m${serial++}`, { text: one.text, occurredAt: time })])
      if (one.text === 'STOP') world.no()
      if (one.text === 'START') world.yes()
      if (one.text === 'YES') world.second()
      return
    case 'told':
      await apply({ kind: 'consent.changed', status: one.status, purpose: 'all' })
      if (one.status === 'OptedOut') world.no()
      else if (one.status === 'DoublyOptedIn' && world.second()) return
      else if (one.status !== 'ImplicitlyOptedIn') world.yes()
      return
    case 'carrier':
      await apply({ kind: 'message.status', messageId: 'gone', status: 'failed', error: { code: '1', title: 'unsubscribed', optedOut: 'all' } })
      return world.no()
    case 'record':
      if (!await change({ kind: 'record', status: one.status }, 'console')) return
      if (one.status === 'OptedOut') world.no()
      // it takes two, whoever records them
      else if (one.status === 'DoublyOptedIn' && !world.confirmedTwice && !world.second()) throw new Error('One confirmation was recorded as two')
      else if (one.status === 'ExplicitlyOptedIn') world.yes()
      return
    case 'import':
      await change({ kind: 'import', status: one.status }, 'import')
      if (one.status === 'OptedOut') world.no()
      return
    case 'merge':
      await change({ kind: 'merge', other: { status: one.status, pending: null } }, 'merge')
      if (one.status === 'OptedOut') world.no()
      return
    case 'wait':
      world.now += one.hours * 3600
      await expirePending(db.pool, at(world.now))
      return world.expire()
    case 'level':
      world.level = one.level
      await db.pool.query('update channels set consent_type = $2 where id = $1', [world.channelId, one.level])
  }
}

test('whatever happens, nobody who opted out can be written to, and double opt-in takes two confirmations', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async steps => {
    const world = new World(await makeChannel(db.pool))
    await applyEvents(lane.run, [received(world.channelId, key, `m${serial++}`, { text: 'hello' })])
    const { rows: [{ id: userId }] } = await db.pool.query('select id from messaging_users where channel_id = $1', [world.channelId])
    for (const one of steps) {
      await take(world, one)
      for (const purpose of ['service', 'marketing']) {
        const verdict = (await checkSend(runner(db.pool, false), {
          userId, purpose, operatorId: null, isByAgent: true, abilities: { canSend: true, businessInitiated: true, replyWindowHours: undefined },
        }, at(world.now)))!
        const seen = {
          optedOutIsRefused: !world.optedOut || (!verdict.allowed && verdict.consentStatus === 'OptedOut' && verdict.consentEventId !== null),
          doubleTakesTwo: verdict.consentStatus !== 'DoublyOptedIn' || world.confirmedTwice,
          allowedAtDoubleTakesTwo: world.level !== 'DoubleOptIn' || !verdict.allowed || world.confirmedTwice,
        }
        expect(seen).toEqual({ optedOutIsRefused: true, doubleTakesTwo: true, allowedAtDoubleTakesTwo: true })
      }
    }
    expect((await verifyLedger(db.pool)).broken).toBeUndefined()
  }), { numRuns: 50 })
}, 60_000)
