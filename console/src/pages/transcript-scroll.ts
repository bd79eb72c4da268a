import { useEffect, useLayoutEffect, useRef } from 'react'
import type { Message } from '../../../src/contract/sessions.ts'

export interface OlderPages {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
  data?: { pages: unknown[] }
}

/** Nearer than this to the end, the reader follows what comes. In pixels. */
const endMargin = 60
/** So many pages are read at most to find the session one came for. */
const searchedPagesMax = 20

/** Opens at the newest message and follows it, unless the reader scrolled up; older pages push nothing out of view. */
export function useStayPut(messages: Message[]) {
  const pane = useRef<HTMLDivElement>(null)
  const last = useRef({ height: 0, oldest: '', top: 0 })
  useEffect(() => {
    const element = pane.current
    const remember = () => {
      last.current.top = element?.scrollTop ?? 0
    }
    element?.addEventListener('scroll', remember, { passive: true })
    return () => element?.removeEventListener('scroll', remember)
  }, [])
  useLayoutEffect(() => {
    const element = pane.current
    if (!element) return
    const { height, oldest, top } = last.current
    const oldestNow = messages[0]!.id
    if (oldest && oldest !== oldestNow) element.scrollTo({ top: top + element.scrollHeight - height })
    else if (height - top - element.clientHeight < endMargin) element.scrollTo({ top: element.scrollHeight })
    last.current = { height: element.scrollHeight, oldest: oldestNow, top: element.scrollTop }
  }, [messages])
  return pane
}

/** Brings the beginning of the session into view, reading older pages until it is there. Once for each session. */
export function useFindSession(messages: Message[], query: OlderPages, sessionId: string | undefined) {
  const found = useRef<string>(undefined)
  useEffect(() => {
    if (!sessionId || found.current === sessionId) return
    const isWhole = messages.some((message) => message.sessionId === sessionId) && messages[0]?.sessionId !== sessionId
    if (!isWhole && query.hasNextPage && (query.data?.pages.length ?? 0) < searchedPagesMax) {
      if (!query.isFetchingNextPage) query.fetchNextPage()
      return
    }
    const mark = document.querySelector<HTMLElement>(`[data-session="${CSS.escape(sessionId)}"]`)
    const pane = mark?.parentElement
    if (pane) pane.scrollTo({ top: mark.offsetTop - pane.offsetTop })
    found.current = sessionId
  }, [messages, query, sessionId])
}
