import { useEffect, useRef } from 'react'

export interface OlderPages {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
  data?: { pages: unknown[] }
}

/** So many pages are read at most to find what one came for. */
const searchedPagesMax = 20

/**
 * Brings the element with `data-place` into view, reading older pages until `isLoaded`. Once for each place.
 * @param show scrolls there
 */
export function useReveal(query: OlderPages, place: string | undefined, isLoaded: boolean, show: (element: HTMLElement) => void) {
  const found = useRef<string>(undefined)
  useEffect(() => {
    if (!place || found.current === place) return
    if (!isLoaded && query.hasNextPage && (query.data?.pages.length ?? 0) < searchedPagesMax) {
      if (!query.isFetchingNextPage) query.fetchNextPage()
      return
    }
    const element = document.querySelector<HTMLElement>(`[data-place="${CSS.escape(place)}"]`)
    if (element) show(element)
    found.current = place
  }, [query, place, isLoaded, show])
}
