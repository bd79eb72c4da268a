import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { after, opened, type SessionAct, type SessionOpening, type SessionRules, type SessionState } from './session-life.ts'

const T0 = Date.UTC(2026, 0, 1)
const MINUTE = 60
const HOUR = 60 * MINUTE
const at = (seconds: number) => new Date(T0 + seconds * 1000)

const enhanced: SessionRules = { platformType: 'Enhanced', inactivityMinutes: 10 }
const standard: SessionRules = { platformType: 'Standard', inactivityMinutes: null }

type Step = [SessionAct, seconds?: number]
/** The session after these acts, each a second after the one before unless it says when. */
function live(opening: SessionOpening, steps: Step[], rules = enhanced): SessionState {
  return steps.reduce((state, [act, seconds], index) => after(state, act, rules, at(seconds ?? index + 1)).state, opened(opening, rules, at(0)).state)
}
const accept: SessionAct = { kind: 'accept', ownerId: 'ann' }
const inbound: SessionAct = { kind: 'inbound' }
const agent: SessionAct = { kind: 'outbound', sender: 'Agent', ownerId: 'ann' }
const timer: SessionAct = { kind: 'timer' }
const fresh: SessionOpening = { kind: 'inbound' }
const outreach: SessionOpening = { kind: 'outbound', sender: 'Agent', ownerId: 'ann' }

describe('a new session', () => {
  it('waits for somebody when the person wrote', () => {
    expect(opened(fresh, enhanced, at(0))).toMatchObject({ state: { status: 'Waiting', ownerId: null, timerAt: null }, origin: 'InboundInitiated' })
  })

  it.each([['OptIn', 'OptIn'], ['OptOut', 'OptOut'], ['Help', 'Help'], [null, 'InboundInitiated']] as const)('is about consent after the keyword %s', (origin, shown) => {
    const session = opened({ kind: 'keyword', origin }, enhanced, at(0))
    expect(session).toMatchObject({ state: { status: 'Consent', timerAt: at(24 * HOUR) }, origin: shown })
    expect(opened({ kind: 'keyword', origin }, standard, at(0)).state).toMatchObject({ status: 'Ended', endedBy: 'System', endedAt: at(0), timerAt: null })
  })

  it('is New while the person has not answered: two days, and one on a standard channel', () => {
    expect(opened(outreach, enhanced, at(0))).toMatchObject({ state: { status: 'New', ownerId: 'ann', timerAt: at(48 * HOUR) }, origin: 'AgentInitiated' })
    expect(opened({ kind: 'outbound', sender: 'System' }, standard, at(0)))
      .toMatchObject({ state: { status: 'New', timerAt: at(24 * HOUR), agentType: 'System' }, origin: 'TriggeredOutbound' })
  })
})

describe('the person writes', () => {
  test.each<[string, SessionState, string]>([
    ['New with an owner', live(outreach, []), 'Active'],
    ['New without one', live({ kind: 'outbound', sender: 'Bot' }, []), 'Waiting'],
    ['Inactive with an owner', live(fresh, [[accept], [{ kind: 'inactivate' }]]), 'Active'],
    ['Inactive without one', { ...live(fresh, [[accept], [{ kind: 'inactivate' }]]), ownerId: null }, 'Waiting'],
    ['Paused', live(fresh, [[accept], [{ kind: 'pause' }]]), 'Active'],
    ['Waiting', live(fresh, []), 'Waiting'],
    ['Active', live(fresh, [[accept]]), 'Active'],
  ])('%s', (_, state, status) => {
    expect(after(state, inbound, enhanced, at(9)).state).toMatchObject({ status, timerAt: null })
  })

  it('ends a session about consent and opens one that is served', () => {
    const state = live({ kind: 'keyword', origin: 'Help' }, [])
    expect(after(state, inbound, enhanced, at(9))).toEqual({ state: { ...state, status: 'Ended', endedBy: 'System', endedAt: at(9), timerAt: null }, opensNew: true })
  })

  it('needs a new session after the end, and so does the business', () => {
    const state = live(fresh, [[{ kind: 'end', by: 'Agent' }]])
    for (const act of [inbound, agent, { kind: 'keyword' } as const]) expect(after(state, act, enhanced, at(9))).toEqual({ state, opensNew: true })
  })

  it('changes nothing with a keyword while a session is open', () => {
    const state = live(fresh, [[accept]])
    expect(after(state, { kind: 'keyword' }, enhanced, at(9))).toEqual({ state })
  })
})

describe('a person who does not answer', () => {
  it('is inactive some minutes after the first message they left unanswered, and a day later the session ends', () => {
    const answered: Step[] = [[accept, 0], [agent, 60], [agent, 5 * MINUTE], [timer, 11 * MINUTE - 1]]
    expect(live(fresh, answered)).toMatchObject({ status: 'Active', timerAt: at(11 * MINUTE) })
    expect(live(fresh, [...answered, [timer, 11 * MINUTE]])).toMatchObject({ status: 'Inactive', timerAt: at(24 * HOUR + 11 * MINUTE) })
    expect(live(fresh, [...answered, [timer, 11 * MINUTE], [timer, 25 * HOUR]])).toMatchObject({ status: 'Ended', endedBy: 'System' })
  })

  it('has all the time again after each of their messages', () => {
    expect(live(fresh, [[accept, 0], [agent, 60], [inbound, 120], [timer, 20 * MINUTE]])).toMatchObject({ status: 'Active', timerAt: null })
    expect(live(fresh, [[accept, 0], [agent, 60], [inbound, 120], [agent, 180]])).toMatchObject({ timerAt: at(13 * MINUTE) })
  })

  it('stays where the channel has no such time, also when it had one', () => {
    const without = { ...enhanced, inactivityMinutes: null }
    expect(live(fresh, [[accept], [agent]], without).timerAt).toBeNull()
    const timed = live(fresh, [[accept], [agent]])
    expect(after(timed, timer, without, at(HOUR)).state).toMatchObject({ status: 'Active', timerAt: null })
  })

  it('is not counted against by bots and automatic replies', () => {
    expect(live(fresh, [[accept], [{ kind: 'outbound', sender: 'Bot' }], [{ kind: 'outbound', sender: 'System' }]]).timerAt).toBeNull()
  })
})

describe('who serves it', () => {
  it('is who accepts it, or who answers first', () => {
    expect(live(fresh, [[accept]])).toMatchObject({ status: 'Active', ownerId: 'ann', agentType: 'Agent', acceptedAt: at(1) })
    expect(live(fresh, [[agent]])).toMatchObject({ status: 'Active', ownerId: 'ann', agentType: 'Agent', acceptedAt: at(1) })
    expect(live(fresh, [[{ kind: 'outbound', sender: 'Bot' }], [accept]]).agentType).toBe('BotToAgent')
  })

  it('is not taken away by accepting, only by handing over', () => {
    const served = live(fresh, [[accept]])
    expect(after(served, { kind: 'accept', ownerId: 'bob' }, enhanced, at(9))).toEqual({ state: served, refused: expect.stringContaining('somebody else') })
    expect(after(served, accept, enhanced, at(9))).toEqual({ state: served })
    expect(after(served, { kind: 'transfer', ownerId: 'bob' }, enhanced, at(9)).state).toEqual({ ...served, ownerId: 'bob' })
    expect(after(served, { kind: 'transfer', ownerId: null }, enhanced, at(9)).state).toMatchObject({ status: 'Waiting', ownerId: null })
  })

  it('is nobody while it is about consent', () => {
    const state = live({ kind: 'keyword', origin: 'OptIn' }, [])
    for (const act of [accept, { kind: 'transfer', ownerId: 'bob' }, { kind: 'transfer', ownerId: null }] as SessionAct[]) {
      expect(after(state, act, enhanced, at(9))).toEqual({ state, refused: expect.stringContaining('consent') })
    }
  })
})

test('pausing and inactivity exist on enhanced channels alone', () => {
  const served = live(fresh, [[accept]], standard)
  for (const kind of ['pause', 'inactivate'] as const) {
    expect(after(served, { kind }, standard, at(9))).toEqual({ state: served, refused: expect.stringContaining('only on enhanced channels') })
    expect(after(live(fresh, []), { kind }, enhanced, at(9)).refused).toContain('Only an active session')
  }
})

test('it is resumed after a pause, and not before it is accepted', () => {
  expect(live(fresh, [[accept], [{ kind: 'pause' }], [{ kind: 'resume' }]])).toMatchObject({ status: 'Active', ownerId: 'ann' })
  expect(after(live(fresh, []), { kind: 'resume' }, enhanced, at(9)).refused).toContain('this one is Waiting')
})

describe('whatever happens', () => {
  const sender = fc.constantFrom('Agent', 'Bot', 'System')
  const ownerId = fc.constantFrom('ann', 'bob')
  const opening = fc.oneof(
    fc.constant(fresh),
    fc.record({ kind: fc.constant('keyword'), origin: fc.constantFrom('OptIn', 'OptOut', 'Help', null) }),
    fc.record({ kind: fc.constant('outbound'), sender, ownerId: fc.option(ownerId) }),
  ) as fc.Arbitrary<SessionOpening>
  const act = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('inbound', 'keyword', 'timer', 'pause', 'resume', 'inactivate').map(kind => ({ kind })) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('outbound'), sender, ownerId: fc.option(ownerId) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('accept'), ownerId }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('transfer'), ownerId: fc.option(ownerId) }) },
    { weight: 1, arbitrary: fc.constantFrom({ kind: 'end', by: 'Agent' }, { kind: 'fail' }) },
  ) as fc.Arbitrary<SessionAct>
  const rules = fc.record({
    platformType: fc.constantFrom('Standard', 'Enhanced'), inactivityMinutes: fc.option(fc.integer({ min: 5, max: 30 })),
  }) as fc.Arbitrary<SessionRules>
  // A clock that jumps, a settings change with every step: nothing may depend on either to be well.
  const step = fc.record({ act, seconds: fc.integer({ min: -1e6, max: 1e6 }), rules })
  const timed = { New: true, Consent: true, Inactive: true, Active: 'either', Waiting: false, Paused: false, Ended: false, Error: false }
  const isClosed = ({ status }: SessionState) => status === 'Ended' || status === 'Error'

  it('an end is an end, a timer acts when it is due, a refusal changes nothing, and no status runs out that should not', () => {
    fc.assert(fc.property(opening, rules, fc.array(step, { maxLength: 30 }), (opening, rules, steps) => {
      let { state } = opened(opening, rules, at(0))
      for (const { act, seconds, rules } of steps) {
        const { state: next, refused, opensNew } = after(state, act, rules, at(seconds))
        const isEarly = act.kind === 'timer' && !(state.timerAt && at(seconds) >= state.timerAt)
        const stays = isClosed(state) || refused !== undefined || isEarly
        expect(stays ? next : undefined).toEqual(stays ? state : undefined)
        expect(opensNew ?? false).toBe((opensNew ?? false) && isClosed(next))
        expect([next.endedAt !== null, next.endedBy !== null]).toEqual([isClosed(next), isClosed(next)])
        expect(next.status === 'Active' ? 'either' : next.timerAt !== null).toBe(timed[next.status])
        state = next
      }
    }))
  })

  it('a standard channel knows four statuses', () => {
    const rules = fc.option(fc.integer({ min: 5, max: 30 })).map((inactivityMinutes): SessionRules => ({ platformType: 'Standard', inactivityMinutes }))
    fc.assert(fc.property(opening, rules, fc.array(step, { maxLength: 30 }), (opening, rules, steps) => {
      let { state } = opened(opening, rules, at(0))
      for (const { act, seconds } of steps) {
        if (act.kind === 'fail') continue // Error is for faults
        state = after(state, act, rules, at(seconds)).state
        expect(['New', 'Waiting', 'Active', 'Ended']).toContain(state.status)
      }
    }))
  })
})
