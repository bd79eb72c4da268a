import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { consentStatuses, consentTypes, type ConsentStatus, type ConsentType } from '../../contract/consent.ts'
import { decide, isFullyOptedIn, PENDING_HOURS, rank, type ConsentAct, type ConsentState } from './state.ts'

const now = new Date('2026-10-05T10:00:00Z')
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000)
const is = (status: ConsentStatus | null): ConsentState => ({ status, pending: null })
const pending = (before: ConsentStatus | null, until = hours(PENDING_HOURS)): ConsentState =>
  ({ status: 'ExplicitlyOptedIn', pending: { until, before } })
const none = is(null)
const implicit = is('ImplicitlyOptedIn')
const explicit = is('ExplicitlyOptedIn')
const doubly = is('DoublyOptedIn')
const out = is('OptedOut')
const all = [none, implicit, explicit, doubly, out, pending(null), pending('OptedOut')]

/** What becomes of each of `all`, as outcome and state; `=` where the state is the one before. */
function fates(act: ConsentAct, level: ConsentType, states = all): string[] {
  return states.map(state => {
    const decision = decide(state, act, level, now)
    const { status, pending } = decision.state
    if (decision.outcome !== 'changed') return decision.outcome
    return pending ? `${status} until +${(pending.until.getTime() - now.getTime()) / 3_600_000}, before ${pending.before}` : `${status}`
  })
}

describe('what the person says', () => {
  test('an ordinary message implies consent where nothing is known, and touches nothing else', () => {
    expect(fates({ kind: 'message' }, 'DoubleOptIn')).toEqual(['ImplicitlyOptedIn', 'none', 'none', 'none', 'none', 'none', 'none'])
  })

  test('an opt-out word opts out from anything and ends the waiting', () => {
    expect(fates({ kind: 'optOut' }, 'ImplicitOptIn')).toEqual(['OptedOut', 'OptedOut', 'OptedOut', 'OptedOut', 'confirmed', 'OptedOut', 'OptedOut'])
  })

  test('an opt-in word opts in, also from opted out', () => {
    for (const level of ['ImplicitOptIn', 'ExplicitOptIn'] as const) {
      expect(fates({ kind: 'optIn' }, level)).toEqual([
        'ExplicitlyOptedIn', 'ExplicitlyOptedIn', 'confirmed', 'confirmed', 'ExplicitlyOptedIn', 'ExplicitlyOptedIn', 'ExplicitlyOptedIn',
      ])
    }
  })

  test('with double opt-in the first word waits 72 hours for the second', () => {
    expect(fates({ kind: 'optIn' }, 'DoubleOptIn', [none, implicit, explicit, doubly, out])).toEqual([
      'ExplicitlyOptedIn until +72, before null', 'ExplicitlyOptedIn until +72, before ImplicitlyOptedIn',
      'ExplicitlyOptedIn until +72, before ExplicitlyOptedIn', 'confirmed', 'ExplicitlyOptedIn until +72, before OptedOut',
    ])
    const again = decide(pending('OptedOut', hours(1)), { kind: 'optIn' }, 'DoubleOptIn', now)
    expect(again).toEqual({ outcome: 'changed', state: pending('OptedOut') })
  })

  test('the second word counts while it is awaited; otherwise it means nothing', () => {
    expect(fates({ kind: 'doubleOptIn' }, 'DoubleOptIn')).toEqual(['none', 'none', 'none', 'none', 'none', 'DoublyOptedIn', 'DoublyOptedIn'])
    expect(fates({ kind: 'doubleOptIn' }, 'DoubleOptIn', [pending(null, now)])).toEqual(['none'])
  })

  test('who never says the second word is what they were, opted out too', () => {
    const late = [pending('OptedOut', now), pending(null, hours(-1)), pending('ExplicitlyOptedIn', now), pending('OptedOut', hours(1)), doubly]
    const results = late.map(state => decide(state, { kind: 'expire' }, 'DoubleOptIn', now))
    expect(results.map(result => result.state)).toEqual([out, none, explicit, late[3], doubly])
    expect(results.map(result => result.outcome)).toEqual(['changed', 'changed', 'changed', 'none', 'none'])
  })
})

describe('what others say', () => {
  const told = (kind: 'platform' | 'record' | 'import', status: ConsentStatus, level: ConsentType, states = all) =>
    fates({ kind, status }, level, states)

  test('anybody can opt somebody out', () => {
    const everything = ['OptedOut', 'OptedOut', 'OptedOut', 'OptedOut']
    expect(told('platform', 'OptedOut', 'ExplicitOptIn')).toEqual([...everything, 'confirmed', 'OptedOut', 'OptedOut'])
    expect(told('record', 'OptedOut', 'ExplicitOptIn')).toEqual([...everything, 'confirmed', 'OptedOut', 'OptedOut'])
    expect(told('import', 'OptedOut', 'ExplicitOptIn')).toEqual([...everything, 'none', 'OptedOut', 'OptedOut'])
  })

  test('a platform’s report is one confirmation', () => {
    expect(told('platform', 'ImplicitlyOptedIn', 'DoubleOptIn')).toEqual(['ImplicitlyOptedIn', 'confirmed', 'none', 'none', 'none', 'none', 'none'])
    for (const level of consentTypes) {
      expect(told('platform', 'ExplicitlyOptedIn', level)).toEqual(fates({ kind: 'optIn' }, level))
      expect(told('platform', 'DoublyOptedIn', level, [none, out, doubly])).toEqual(fates({ kind: 'optIn' }, level, [none, out, doubly]))
    }
    expect(told('platform', 'DoublyOptedIn', 'DoubleOptIn', [pending(null), pending('OptedOut', now)]))
      .toEqual(['DoublyOptedIn', 'ExplicitlyOptedIn until +72, before OptedOut'])
  })

  test('an operator may record what is not weaker, and a second confirmation only after the first', () => {
    expect(told('record', 'ImplicitlyOptedIn', 'ImplicitOptIn'))
      .toEqual(['ImplicitlyOptedIn', 'confirmed', 'refused', 'refused', 'refused', 'refused', 'refused'])
    expect(told('record', 'ExplicitlyOptedIn', 'DoubleOptIn')).toEqual(fates({ kind: 'optIn' }, 'DoubleOptIn'))
    expect(told('record', 'DoublyOptedIn', 'DoubleOptIn'))
      .toEqual(['refused', 'refused', 'refused', 'confirmed', 'refused', 'DoublyOptedIn', 'DoublyOptedIn'])
    expect(told('record', 'DoublyOptedIn', 'DoubleOptIn', [pending(null, now)])).toEqual(['refused'])
    const reason = (state: ConsentState, status: ConsentStatus) => decide(state, { kind: 'record', status }, 'ExplicitOptIn', now).reason
    expect(reason(out, 'ImplicitlyOptedIn')).toMatch(/has opted out.*ExplicitlyOptedIn with the evidence/)
    expect(reason(doubly, 'ImplicitlyOptedIn')).toMatch(/is DoublyOptedIn, and ImplicitlyOptedIn would be less/)
    expect(reason(explicit, 'DoublyOptedIn')).toMatch(/Record ExplicitlyOptedIn .*first, then DoublyOptedIn within 72 hours/)
  })

  test('an import raises, to one confirmation at most, and never undoes an opt-out', () => {
    expect(told('import', 'ImplicitlyOptedIn', 'DoubleOptIn')).toEqual(['ImplicitlyOptedIn', 'none', 'none', 'none', 'refused', 'none', 'none'])
    for (const status of ['ExplicitlyOptedIn', 'DoublyOptedIn'] as const) {
      expect(told('import', status, 'DoubleOptIn')).toEqual(['ExplicitlyOptedIn', 'ExplicitlyOptedIn', 'none', 'none', 'refused', 'none', 'none'])
    }
    expect(decide(out, { kind: 'import', status: 'DoublyOptedIn' }, 'ImplicitOptIn', now).reason).toMatch(/opted out/)
  })
})

describe('two who are the same person', () => {
  const merged = (one: ConsentState, other: ConsentState) => decide(one, { kind: 'merge', other }, 'DoubleOptIn', now).state

  test('the most restrictive of both wins', () => {
    expect([merged(doubly, out), merged(explicit, none), merged(doubly, implicit), merged(none, out), merged(doubly, doubly)])
      .toEqual([out, none, implicit, out, doubly])
  })

  test('who alone waits for a second word counts as before the first', () => {
    expect([merged(pending('OptedOut'), doubly), merged(explicit, pending(null)), merged(pending('ImplicitlyOptedIn'), explicit)])
      .toEqual([out, none, implicit])
    expect(merged(pending('OptedOut', hours(2)), pending(null, hours(1)))).toEqual(pending('OptedOut', hours(1)))
    expect(merged(pending('ImplicitlyOptedIn', now), pending('ExplicitlyOptedIn'))).toEqual(implicit)
  })
})

test('fully opted in is as much as the channel asks for, and nothing known is never enough', () => {
  const statuses = [null, 'OptedOut', 'ImplicitlyOptedIn', 'ExplicitlyOptedIn', 'DoublyOptedIn'] as const
  const table = statuses.map(status => consentTypes.map(level => isFullyOptedIn(status, level)))
  expect(table).toEqual([[false, false, false], [false, false, false], [true, false, false], [true, true, false], [true, true, true]])
})

describe('whatever happens', () => {
  const anyStatus = fc.constantFrom(...consentStatuses)
  const anyBefore = fc.constantFrom(null, 'ImplicitlyOptedIn', 'ExplicitlyOptedIn', 'OptedOut')
  const anyState: fc.Arbitrary<ConsentState> = fc.oneof(
    fc.option(anyStatus).map(is),
    fc.tuple(anyBefore, fc.integer({ min: -100, max: 1000 })).map(([before, hour]) => pending(before, hours(hour))),
  )
  const anyAct: fc.Arbitrary<ConsentAct> = fc.oneof(
    fc.record({ kind: fc.constantFrom('message', 'optOut', 'optIn', 'doubleOptIn', 'expire') }),
    fc.record({ kind: fc.constantFrom('platform', 'record', 'import'), status: anyStatus }),
    fc.record({ kind: fc.constant('merge' as const), other: anyState }),
  )
  const anyTurn = fc.record({ act: anyAct, level: fc.constantFrom(...consentTypes), wait: fc.integer({ min: 0, max: 100 }) })
  const anyStory = fc.array(anyTurn, { maxLength: 30 })
  const told = (act: ConsentAct) => (act.kind === 'platform' || act.kind === 'record' ? act.status : undefined)
  const confirms = (act: ConsentAct) => act.kind === 'doubleOptIn' || told(act) === 'DoublyOptedIn'
  const optsIn = (act: ConsentAct) => act.kind === 'optIn' || told(act) === 'ExplicitlyOptedIn' || told(act) === 'DoublyOptedIn'
  interface Step { before: ConsentState; after: ConsentState; act: ConsentAct; outcome: string; reason?: string; now: Date }

  /** Stories told from the beginning: every step of them. */
  const steps = fc.sample(anyStory, 1000).flatMap(story => {
    let state = none
    let hour = 0
    return story.map(({ act, level, wait }): Step => {
      hour += wait
      const { state: after, outcome, reason } = decide(state, act, level, hours(hour))
      const step = { before: state, after, act, outcome, reason, now: hours(hour) }
      state = after
      return step
    })
  })
  const violations = (claim: (step: Step) => boolean) => steps.filter(step => !claim(step))

  test('an opt-out, also one that a first word has suspended, is undone by opting in alone', () => {
    const isOut = (state: ConsentState) => state.status === 'OptedOut' || state.pending?.before === 'OptedOut'
    expect(violations(({ before, after, act }) => before.status !== 'OptedOut' || after.status === 'OptedOut' || optsIn(act))).toEqual([])
    expect(violations(({ before, after, act }) => !isOut(before) || isOut(after) || optsIn(act) || confirms(act))).toEqual([])
  })

  test('doubly opted in takes a confirmation and, while it is awaited, another', () => {
    const reached = steps.filter(({ before, after }) => after.status === 'DoublyOptedIn' && before.status !== 'DoublyOptedIn')
    expect(reached.length).toBeGreaterThan(0)
    expect(reached.filter(({ before, act, now }) => !confirms(act) || !before.pending || before.pending.until <= now)).toEqual([])
    expect(violations(({ before, after, act }) => !after.pending || before.pending !== null || optsIn(act))).toEqual([])
  })

  test('an import never lowers but by an opt-out, and never makes two confirmations', () => {
    const imports = steps.filter(({ act }) => act.kind === 'import' && act.status !== 'OptedOut')
    expect(imports.filter(({ before, after }) => rank(after.status) < rank(before.status))).toEqual([])
    expect(imports.filter(({ before, after }) => after.status === 'DoublyOptedIn' && before.status !== 'DoublyOptedIn')).toEqual([])
  })

  test('a merge never raises, and neither does an opt-out or the end of the waiting', () => {
    const most = ({ before, act }: Step) => Math.min(rank(before.status), act.kind === 'merge' ? rank(act.other.status) : Infinity)
    expect(violations(step => step.act.kind !== 'merge' || rank(step.after.status) <= most(step))).toEqual([])
    expect(violations(({ before, after, act }) => !['optOut', 'expire'].includes(act.kind) || rank(after.status) <= rank(before.status))).toEqual([])
  })

  test('the outcome says what happened', () => {
    expect(violations(({ before, after, outcome }) => (outcome === 'changed') === (JSON.stringify(after) !== JSON.stringify(before)))).toEqual([])
    expect(violations(({ outcome, reason }) => (outcome === 'refused') === Boolean(reason))).toEqual([])
  })

  test('pending is always between one confirmation and two', () => {
    const waiting = steps.filter(({ after }) => after.pending)
    expect(waiting.filter(({ after }) => after.status !== 'ExplicitlyOptedIn' || after.pending!.before === 'DoublyOptedIn')).toEqual([])
  })

  test('merging is the same both ways round', () => {
    fc.assert(fc.property(anyState, anyState, (one, other) => {
      const merge = (a: ConsentState, b: ConsentState) => decide(a, { kind: 'merge', other: b }, 'ExplicitOptIn', now).state
      expect(merge(one, other)).toEqual(merge(other, one))
    }))
  })

  test('nothing it is given changes', () => {
    fc.assert(fc.property(anyState, anyAct, fc.constantFrom(...consentTypes), (state, act, level) => {
      const copies = structuredClone({ state, act, now })
      decide(Object.freeze(state), Object.freeze(act), level, now)
      expect({ state, act, now }).toEqual(copies)
    }))
  })
})
