import { infiniteQueryOptions, queryOptions, type InfiniteData } from '@tanstack/react-query'
import type { ApiKey, Me, Operator } from '../../../src/contract/access.ts'
import type { ChannelHealth } from '../../../src/contract/channel-health.ts'
import type { Channel, ConnectorInfo, Reject } from '../../../src/contract/channels.ts'
import type {
  ConsentEvent,
  ConsentReview,
  KeywordTrial,
  KeywordTrialResult,
  LanguageKeywords,
  Purpose,
  SendCheckResult,
} from '../../../src/contract/consent.ts'
import type { ConversationEntry } from '../../../src/contract/entries.ts'
import type { Alias, HistoryEntry, MessagingUser, MessagingUserQuery } from '../../../src/contract/messaging-users.ts'
import type { Session, SessionQuery } from '../../../src/contract/sessions.ts'
import type { Simulation } from '../../../src/contract/simulations.ts'
import { get, post, type Page, type Query } from './client.ts'

const pageSize = 50

/** A list read page by page. Where its key begins with `'list'`, the live stream renews only the first page. */
export function paged<T>(queryKey: unknown[], path: string, query: () => Query = () => ({})) {
  const readPage = (cursor?: string) => get<Page<T>>(path, { ...query(), limit: pageSize, cursor })
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => readPage(pageParam),
    meta: { readFirstPage: () => readPage() },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Page<T>) => page.nextCursor ?? undefined,
  })
}

/** The rows of all pages. One that moved to the front since is shown once, where it is now. */
export function rowsOf<T extends { id: string }>(data: InfiniteData<Page<T>> | undefined): T[] {
  const byId = new Map<string, T>()
  for (const row of data?.pages.flatMap((page) => page.items) ?? []) if (!byId.has(row.id)) byId.set(row.id, row)
  return [...byId.values()]
}

export const one = <T>(queryKey: unknown[], path: string) => queryOptions({ queryKey, queryFn: () => get<T>(path) })
export const whole = <T>(queryKey: unknown[], path: string, query: Query = {}) =>
  queryOptions({ queryKey, queryFn: async () => (await get<Page<T>>(path, query)).items })

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: () => get<Me>('/api/v1/me'), staleTime: Infinity, retry: false })

export const connectorsQuery = { ...whole<ConnectorInfo>(['connectors'], '/api/v1/connectors'), staleTime: Infinity }
export const channelsQuery = whole<Channel>(['channels'], '/api/v1/channels', { limit: 1000 })
export const channelQuery = (id: string) => one<Channel>(['channels', id], `/api/v1/channels/${id}`)
export const healthQuery = (id: string) => one<ChannelHealth>(['channels', id, 'health'], `/api/v1/channels/${id}/health`)
export const simulationsQuery = whole<Simulation>(['simulations'], '/api/v1/simulations')
export const rejectsQuery = (id: string) => paged<Reject>(['channels', id, 'rejects'], `/api/v1/channels/${id}/rejects`)

export const keywordsQuery = (id: string) => whole<LanguageKeywords>(['channels', id, 'keywords'], `/api/v1/channels/${id}/keywords`)
/** Asked again whenever the channel changes, so that what was saved counts at once. */
export const keywordTrialQuery = (id: string, trial: KeywordTrial) =>
  queryOptions({
    queryKey: ['channels', id, 'keyword-trial', trial],
    queryFn: () => post<KeywordTrialResult>(`/api/v1/channels/${id}/keyword-trials`, trial),
  })

/** `filter` gives the query at the time of asking, because "today" moves. `key` is what the address says. */
export const messagingUsersQuery = (key: object, filter: () => Omit<MessagingUserQuery, 'cursor' | 'limit'>) =>
  paged<MessagingUser>(['list', 'messaging-users', key], '/api/v1/messaging-users', filter)
export const sessionsQuery = (key: object, filter: () => Omit<SessionQuery, 'cursor' | 'limit'>) =>
  paged<Session>(['list', 'sessions', key], '/api/v1/sessions', filter)

const userPath = (id: string, part = '') => `/api/v1/messaging-users/${id}${part}`
export const userQuery = (id: string) => one<MessagingUser>(['messaging-user', id], userPath(id))
export const userSessionsQuery = (id: string) => paged<Session>(['messaging-user', id, 'sessions'], userPath(id, '/sessions'))
export const userEntriesQuery = (id: string) => paged<ConversationEntry>(['messaging-user', id, 'entries'], userPath(id, '/entries'))
export const userAliasesQuery = (id: string) => whole<Alias>(['messaging-user', id, 'aliases'], userPath(id, '/aliases'))
export const userHistoryQuery = (id: string) => paged<HistoryEntry>(['messaging-user', id, 'history'], userPath(id, '/history'))
export const userConsentQuery = (id: string) =>
  paged<ConsentEvent>(['messaging-user', id, 'consent-events'], userPath(id, '/consent-events'))

export const purposesQuery = whole<Purpose>(['purposes'], '/api/v1/purposes')
/** May the person be written to for this purpose? Asked again with every change of the person. */
export const sendCheckQuery = (id: string, purpose: string) =>
  queryOptions({
    queryKey: ['messaging-user', id, 'send-check', purpose],
    queryFn: () => post<SendCheckResult>('/api/v1/send-checks', { messagingUserId: id, purpose }),
  })
export const consentReviewsQuery = (open: boolean) =>
  paged<ConsentReview>(['consent-reviews', { open }], '/api/v1/consent-reviews', () => ({ open }))

export const apiKeysQuery = whole<ApiKey>(['api-keys'], '/api/v1/api-keys')
export const operatorsQuery = whole<Operator>(['operators'], '/api/v1/operators')
