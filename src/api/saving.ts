import type { ChangeEvent } from '../contract/events.ts'
import { toTypeId } from '../ids.ts'
import type { Outcome, Refusal } from '../record/save.ts'
import { ApiError, fieldError, notFound } from './errors.ts'

/** What callers know a kind of record by. */
export interface RecordName {
  prefix: 'in' | 'ac'
  what: 'individual' | 'account'
}

/** Why a record was not saved, in words, after the name of the field. */
export const reasonOf = ({ reason, other }: Refusal, { prefix }: RecordName): string => (other ? `${reason} ${toTypeId(prefix, other)}` : reason)

/**
 * What became of the only wish.
 * @param id as the caller gave it
 * @throws {ApiError} when it was refused
 */
export function savedOne(outcomes: Outcome[], name: RecordName, id: string): Exclude<Outcome, Refusal> {
  const outcome = outcomes[0]!
  if (outcome.outcome !== 'refused') return outcome
  const { problem, field } = outcome
  const reason = reasonOf(outcome, name)
  if (problem === 'absent') throw notFound(name.what, id)
  if (problem === 'merged') throw new ApiError('conflict', `${id} ${reason}`)
  throw fieldError(field, reason, problem === 'invalid' ? 'invalid_field' : 'conflict')
}

/** Messaging users as the live stream names them. */
export const changedUsers = (users: { userId: string; channelId: string }[]): ChangeEvent[] =>
  users.map(({ userId, channelId }) => ({ type: 'messaging-user', id: toTypeId('mu', userId), channelId: toTypeId('ch', channelId) }))
