import { queryOptions } from '@tanstack/react-query'
import type { ConversationEntry } from '../../../src/contract/entries.ts'
import type { Account, AccountQuery, Individual, IndividualQuery } from '../../../src/contract/individuals.ts'
import type { ExternalReference, Link, LinkRule, LinkRun, LinkSuggestion } from '../../../src/contract/links.ts'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import type { Session } from '../../../src/contract/sessions.ts'
import { get, type Page } from './client.ts'
import { one, paged, whole } from './queries.ts'

type Filter<Query> = Omit<Query, 'cursor' | 'limit'>

/** `filter` gives the query at the time of asking, because "today" moves. `key` is what the address says. */
export const individualsQuery = (key: object, filter: () => Filter<IndividualQuery>) =>
  paged<Individual>(['list', 'individuals', key], '/api/v1/individuals', filter)
export const accountsQuery = (filter: Filter<AccountQuery>) =>
  paged<Account>(['list', 'accounts', filter], '/api/v1/accounts', () => ({ ...filter }))

/** The few that fit what is typed, to choose one of. */
export const individualChoicesQuery = (filter: Filter<IndividualQuery>) =>
  whole<Individual>(['individual', 'choices', filter], '/api/v1/individuals', { ...filter, limit: 20 })
export const accountChoicesQuery = (q: string | undefined) =>
  whole<Account>(['account', 'choices', q], '/api/v1/accounts', { q, limit: 20 })

const individualPath = (id: string, part = '') => `/api/v1/individuals/${id}${part}`
const accountPath = (id: string, part = '') => `/api/v1/accounts/${id}${part}`

/** One that was merged into another answers with the other, which its `id` tells. */
export const individualQuery = (id: string) => one<Individual>(['individual', id], individualPath(id))
export const individualUsersQuery = (id: string) =>
  paged<MessagingUser>(['individual', id, 'messaging-users'], individualPath(id, '/messaging-users'))
export const individualSessionsQuery = (id: string) =>
  paged<Session>(['individual', id, 'sessions'], individualPath(id, '/sessions'))
/** A line of a conversation, with whom it was. */
export type ChannelEntry = ConversationEntry & { messagingUserId: string }
export const individualEntriesQuery = (id: string, messagingUserId: string | undefined) =>
  paged<ChannelEntry>(['individual', id, 'entries', messagingUserId], individualPath(id, '/entries'), () => ({ messagingUserId }))

export const accountQuery = (id: string) => one<Account>(['account', id], accountPath(id))
export const accountContactsQuery = (id: string) =>
  paged<Individual>(['account', id, 'contacts'], '/api/v1/individuals', () => ({ accountId: id }))
export const accountUsersQuery = (id: string) => paged<MessagingUser>(['account', id, 'messaging-users'], accountPath(id, '/messaging-users'))
export const accountSessionsQuery = (id: string) => paged<Session>(['account', id, 'sessions'], accountPath(id, '/sessions'))

const userPath = (id: string, part: string) => `/api/v1/messaging-users/${id}${part}`
export const userLinksQuery = (id: string) => paged<Link>(['messaging-user', id, 'links'], userPath(id, '/links'))
export const userReferencesQuery = (id: string) =>
  paged<ExternalReference>(['messaging-user', id, 'external-references'], userPath(id, '/external-references'))
export const userSuggestionsQuery = (id: string) =>
  whole<LinkSuggestion>(['messaging-user', id, 'link-suggestions'], '/api/v1/link-suggestions', { messagingUserId: id })

export const linkSuggestionsQuery = (open: boolean) =>
  paged<LinkSuggestion>(['link-suggestions', { open }], '/api/v1/link-suggestions', () => ({ open }))
export const linkRulesQuery = whole<LinkRule>(['link-rules'], '/api/v1/link-rules')

const runEveryMs = 1000
/** The latest runs of the link rules; asked again and again while one is under way. */
export const linkRunsQuery = queryOptions({
  queryKey: ['link-runs'],
  queryFn: async () => (await get<Page<LinkRun>>('/api/v1/link-runs', { limit: 10 })).items,
  refetchInterval: ({ state }) => (state.data?.some((run) => run.status === 'running') ? runEveryMs : false),
})
