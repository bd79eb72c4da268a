import { expect, test } from 'vitest'
import type { Session } from '../../../src/contract/sessions.ts'
import { obstacles, type SessionAct } from './session-acts.ts'

const me = 'op_1'
const session = (part: Partial<Session>) =>
  ({ status: 'Waiting', platformType: 'Enhanced', ownerId: null, ownerName: null, endedAt: null, ...part }) as Session
const possible = (part: Partial<Session>) => {
  const why = obstacles(session(part), me)
  return (Object.keys(why) as SessionAct[]).filter((act) => why[act] === undefined)
}

test.each<[Partial<Session>, SessionAct[]]>([
  [{ status: 'New' }, ['accept', 'handOver', 'end']],
  [{ status: 'Waiting' }, ['accept', 'handOver', 'end']],
  [{ status: 'Active', ownerId: me }, ['handOver', 'release', 'pause', 'inactivate', 'end']],
  [{ status: 'Active', ownerId: 'op_2' }, ['handOver', 'release', 'pause', 'inactivate', 'end']],
  [{ status: 'Active', ownerId: me, platformType: 'Standard' }, ['handOver', 'release', 'end']],
  [{ status: 'Paused', ownerId: me }, ['handOver', 'release', 'resume', 'end']],
  [{ status: 'Inactive', ownerId: me }, ['accept', 'handOver', 'release', 'resume', 'end']],
  [{ status: 'Consent' }, ['end']],
  [{ status: 'Ended', endedAt: '2026-03-10T12:00:00Z' }, []],
])('%o allows %j', (part, acts) => expect(possible(part)).toEqual(acts))

test('who serves it is named', () => {
  expect(obstacles(session({ status: 'Active', ownerId: me }), me).accept).toBe('You serve it already')
  const why = obstacles(session({ status: 'Active', ownerId: 'op_2', ownerName: 'Grace' }), me)
  expect(why.accept).toBe('Grace serves it: hand it over')
})
