import { consentStatuses } from '../contract/consent.ts'
import type { MessagingUserQuery } from '../contract/messaging-users.ts'
import { toUuid } from '../ids.ts'
import type { NewestFirst, Note } from './newest.ts'
import { where } from './parameters.ts'
import { matchingUsers, searchConditions } from './user-search.ts'

type Filter = Omit<MessagingUserQuery, 'cursor' | 'limit'>

/** Conditions that a query makes on messaging users `u`, apart from the search text. */
const recordConditions = ({ blocked, createdAfter, createdBefore }: Filter, $: Note): string[] => [
  // Two spellings, because only the first is what the index of the blocked ones is for.
  ...blocked === undefined ? [] : [blocked ? 'u.blocked_until > now()' : 'coalesce(u.blocked_until <= now(), true)'],
  ...createdAfter ? [`u.created_at >= ${$(createdAfter)}`] : [],
  ...createdBefore ? [`u.created_at < ${$(createdBefore)}`] : [],
]

/** Conditions on their activity `a`, of which each alternative has its index: the last message is seldom older than the last activity. */
const activityConditions = ({ lastMessageAfter: after }: Filter, $: Note): string[] =>
  (after ? [`a.last_message_at >= ${$(after)}`, `a.active_at >= ${$(after)}`] : [])
const activityAlternatives = (before: string, $: Note): string[][] => [
  ['a.last_message_at is not null', `a.active_at < ${$(before)}`],
  ['a.last_message_at < a.active_at', `a.active_at >= ${$(before)}`, `a.last_message_at < ${$(before)}`],
]

const channels = ({ channelId, channelType }: Filter, $: Note): string => `(select c.id as channel_id from channels c ${where([
  ...channelId ? [`c.id = ${$(toUuid(channelId))}`] : [], ...channelType ? [`c.type = ${$(channelType)}`] : []])}) channel`

/** All conditions of a query, on messaging users `u` and their activity `a`. */
export const userConditions = (filter: Filter, $: Note): string[] => [
  ...filter.q ? searchConditions(filter.q, $, 'index') : [],
  ...recordConditions(filter, $),
  ...activityConditions(filter, $),
  ...filter.lastMessageBefore ? [`a.last_message_at < ${$(filter.lastMessageBefore)}`] : [],
  ...filter.channelId || filter.channelType ? [`a.channel_id in (select channel_id from ${channels(filter, $)})`] : [],
  ...filter.consentStatus ? [`a.consent_status = ${$(filter.consentStatus)}`] : [],
]

/** The list of the messaging users that fit the query, last active first. */
export function newestUsers(filter: Filter): NewestFirst {
  const { q, channelId, channelType, consentStatus, lastMessageBefore: before } = filter
  const statuses = consentStatus ? [consentStatus] : [...consentStatuses, 'none']
  return {
    from: 'messaging_user_activity a', id: 'a.messaging_user_id', at: 'a.active_at', of: 'a.messaging_user_id',
    conditions: $ => activityConditions(filter, $),
    ...before && { alternatives: $ => activityAlternatives(before, $) },
    ...(channelId || channelType || consentStatus) && { each: $ => ({
      from: `${channels(filter, $)} cross join unnest(${$(statuses)}::text[]) as consent(status)`,
      conditions: ['a.channel_id = channel.channel_id', 'a.consent_status = consent.status'],
    }) },
    ...q && { brings: 'a.searched' },
    ...(q || recordConditions(filter, () => '').length > 0) && { matching: matchingUsers(q, $ => recordConditions(filter, $)) },
  }
}
