import { Button, Paper } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { IconMessages } from '@tabler/icons-react'
import type { Session } from '../../../src/contract/sessions.ts'
import { rowsOf, sessionsQuery } from '../api/queries.ts'
import { PageHead } from '../parts/bits.tsx'
import { ColumnChooser, DataTable, useHiddenColumns } from '../parts/data-table.tsx'
import { LoadMore } from '../parts/load-more.tsx'
import { EmptyState, Loaded, Skeletons } from '../parts/states.tsx'
import { sessionColumns } from './session-columns.tsx'
import { isFiltered, noFilter, queryOf, type SessionFilter } from './session-filter.ts'
import { SessionFilters } from './sessions-filters.tsx'

export function SessionsPage() {
  const filter = useSearch({ from: '/signed-in/sessions' })
  const navigate = useNavigate()
  const [hidden, setHidden] = useHiddenColumns('sessions')
  const query = useInfiniteQuery({
    ...sessionsQuery(filter, () => queryOf(filter, new Date())),
    placeholderData: keepPreviousData,
  })
  const change = (part: SessionFilter) => navigate({ to: '/sessions', search: { ...filter, ...part }, replace: true })
  const open = (session: Session) =>
    navigate({ to: '/messaging-users/$userId', params: { userId: session.messagingUserId }, search: { session: session.id } })
  return (
    <>
      <PageHead title="Sessions">
        <ColumnChooser columns={sessionColumns} hidden={hidden} onChange={setHidden} />
      </PageHead>
      <SessionFilters filter={filter} onChange={change} />
      <Paper withBorder className="list many-columns dense" aria-busy={query.isPlaceholderData}>
        <Loaded query={query} skeleton={<Skeletons rows={12} />}>
          {(data) => {
            const rows = rowsOf(data)
            if (rows.length === 0) return <NoSessions filtered={isFiltered(filter)} onClear={() => change(noFilter)} />
            return (
              <>
                <DataTable label="Sessions" columns={sessionColumns} rows={rows} hidden={hidden} onOpen={open} />
                <LoadMore query={query} shown={rows.length} />
              </>
            )
          }}
        </Loaded>
      </Paper>
    </>
  )
}

function NoSessions({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered) {
    return (
      <EmptyState icon={<IconMessages size={24} />} title="No sessions yet">
        A session begins with the first message of a messaging user and holds what is said until it ends.
      </EmptyState>
    )
  }
  const action = (
    <Button size="xs" variant="default" onClick={onClear}>
      Clear the filters
    </Button>
  )
  return (
    <EmptyState icon={<IconMessages size={24} />} title="No session matches" action={action}>
      No session fits what you search and filter for.
    </EmptyState>
  )
}
