import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Session } from '../../../src/contract/sessions.ts'
import type { Page } from '../api/client.ts'

/** Shows a changed session at once where it is listed; the live stream brings what else has changed. */
export function keepSession(client: QueryClient, changed: Session): void {
  client.setQueriesData<InfiniteData<Page<Session>>>({ queryKey: ['list', 'sessions'] }, (data) =>
    data && {
      ...data,
      pages: data.pages.map((page) => ({ ...page, items: page.items.map((row) => (row.id === changed.id ? changed : row)) })),
    },
  )
  void client.invalidateQueries({ queryKey: ['messaging-user', changed.messagingUserId] })
}
