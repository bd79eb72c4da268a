import { useSyncExternalStore } from 'react'
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { ChangeEvent } from '../../../src/contract/events.ts'
import type { Page } from './client.ts'

type Rows = InfiniteData<Page<{ id: string }>>
export type LiveState = 'connecting' | 'live' | 'lost'

const refreshEveryMs = 1000
const reconnectAfterMs = 3000

let state: LiveState = 'connecting'
const listeners = new Set<() => void>()

function setState(next: LiveState) {
  state = next
  for (const listener of listeners) listener()
}

/** Is what is on screen kept up to date? */
export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )
}

/**
 * Listens to the live stream and reads again what changed, at most once a second. A hidden tab lets go of its connection,
 * because browsers allow only six to one server. After every gap everything on screen is read again: nothing is replayed.
 * @returns a function that stops it
 */
export function startLive(client: QueryClient): () => void {
  let source: EventSource | undefined
  let retry: ReturnType<typeof setTimeout> | undefined
  let missedSome = false
  const refresh = collectChanges(client)

  function open() {
    source = new EventSource('/api/v1/events')
    source.addEventListener('open', () => {
      setState('live')
      if (missedSome) refresh.add({ type: 'many' })
      missedSome = false
    })
    source.addEventListener('change', (event: MessageEvent<string>) => refresh.add(JSON.parse(event.data) as ChangeEvent))
    source.addEventListener('error', () => {
      setState('lost')
      close()
      retry = setTimeout(open, reconnectAfterMs)
    })
  }
  function close() {
    clearTimeout(retry)
    source?.close()
    missedSome = true
  }
  function onVisibility() {
    close()
    if (!document.hidden) open()
  }
  document.addEventListener('visibilitychange', onVisibility)
  open()
  return () => {
    document.removeEventListener('visibilitychange', onVisibility)
    close()
    refresh.stop()
  }
}

function collectChanges(client: QueryClient) {
  let pending: ChangeEvent[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastFlush = 0

  function flush() {
    timer = undefined
    lastFlush = Date.now()
    const changes = pending
    pending = []
    void readAgain(client, changes)
  }
  return {
    add(change: ChangeEvent) {
      pending.push(change)
      timer ??= setTimeout(flush, Math.max(0, lastFlush + refreshEveryMs - Date.now()))
    },
    stop: () => clearTimeout(timer),
  }
}

async function readAgain(client: QueryClient, changes: ChangeEvent[]) {
  if (changes.some((change) => change.type === 'many')) {
    await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'list' && queryKey[0] !== 'me' })
    return refreshLists(client)
  }
  const users = new Set(changes.filter((change) => change.type === 'messaging-user').map((change) => change.id))
  for (const id of users) void client.invalidateQueries({ queryKey: ['messaging-user', id] })
  if (changes.some((change) => change.type === 'channel')) void client.invalidateQueries({ queryKey: ['channels'] })
  if (users.size === 0 && !changes.some(isOfRecord)) return
  // Whom a person is linked to shows on the pages of individuals and accounts, and the other way round.
  for (const key of ['consent-reviews', 'link-suggestions', 'individual', 'account']) void client.invalidateQueries({ queryKey: [key] })
  await refreshLists(client)
}

const isOfRecord = ({ type }: ChangeEvent) => type === 'individual' || type === 'account'

/** Reads the first page of each list on screen; the pages loaded below it stay, so that the reader keeps their place. */
async function refreshLists(client: QueryClient) {
  void client.invalidateQueries({ queryKey: ['list'], refetchType: 'none' })
  const shown = client.getQueryCache().findAll({ queryKey: ['list'], type: 'active' })
  await Promise.all(
    shown.map(async (query) => {
      const before = query.state.data as Rows | undefined
      if (!before || before.pages.length < 2) return query.fetch().catch(() => undefined)
      const first = await (query.meta as { readFirstPage(): Promise<Page<{ id: string }>> })
        .readFirstPage()
        .catch(() => undefined)
      if (first) client.setQueryData(query.queryKey, (now: Rows | undefined) => now && joinFirstPage(now, first))
    }),
  )
}

/** @returns the pages with a fresh first one; only that one if so much is new that rows between the two would be missing. */
export function joinFirstPage<T extends { id: string }>(data: InfiniteData<Page<T>>, first: Page<T>): InfiniteData<Page<T>> {
  const fresh = new Set(first.items.map((row) => row.id))
  const [old, ...rest] = data.pages
  if (!old?.items.some((row) => fresh.has(row.id))) return { pages: [first], pageParams: data.pageParams.slice(0, 1) }
  const kept = old.items.filter((row) => !fresh.has(row.id))
  return { ...data, pages: [{ items: [...first.items, ...kept], nextCursor: old.nextCursor }, ...rest] }
}
