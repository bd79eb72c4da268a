import { useEffect, useLayoutEffect, useRef } from 'react'

/** Nearer than this to the end, the reader follows what comes. In pixels. */
const endMargin = 60

/** Opens at the newest line and follows it, unless the reader scrolled up; older pages push nothing out of view. */
export function useStayPut(keys: string[]) {
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
    const oldestNow = keys[0]!
    if (oldest && oldest !== oldestNow) element.scrollTo({ top: top + element.scrollHeight - height })
    else if (height - top - element.clientHeight < endMargin) element.scrollTo({ top: element.scrollHeight })
    last.current = { height: element.scrollHeight, oldest: oldestNow, top: element.scrollTop }
  }, [keys])
  return pane
}

/** Scrolls the pane so that a child of it stands at the top, or in the middle. */
export function showInPane(child: HTMLElement, at: 'top' | 'middle') {
  const pane = child.parentElement!
  const above = at === 'top' ? 0 : Math.max(0, (pane.clientHeight - child.offsetHeight) / 2)
  pane.scrollTo({ top: child.offsetTop - pane.offsetTop - above })
  pane.scrollIntoView({ block: 'nearest' })
}
