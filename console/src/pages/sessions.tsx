import { Anchor, Group, Paper, Select } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { IconMessages } from '@tabler/icons-react'
import type { Session } from '../../../src/contract/sessions.ts'
import { rowsOf, sessionsQuery } from '../api/queries.ts'
import { Ago, ChannelName, PageHead, Status } from '../parts/bits.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { formatCount, humanise } from '../parts/format.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { EmptyState, Loaded, Skeletons } from '../parts/states.tsx'
import { optionsOf, sessionWords } from '../parts/words.ts'
import { ChannelSelect } from './messaging-users-filters.tsx'

interface SessionFilter {
  status?: Session['status']
  channel?: string
}

export function readSessionFilter(search: Record<string, unknown>): SessionFilter {
  return {
    status: Object.keys(sessionWords).find((status) => status === search.status) as Session['status'] | undefined,
    channel: typeof search.channel === 'string' ? search.channel : undefined,
  }
}

function SessionLink({ session }: { session: Session }) {
  return (
    <Anchor
      renderRoot={(props) => (
        <Link
          to="/messaging-users/$userId"
          params={{ userId: session.messagingUserId }}
          search={{ session: session.id }}
          {...props}
        />
      )}
      data-row-link
      className="row-link"
    >
      {session.name}
    </Anchor>
  )
}

const columns: Column<Session>[] = [
  { id: 'name', header: 'Session', cell: (session) => <SessionLink session={session} /> },
  {
    id: 'user',
    header: 'Messaging user',
    cell: (session) => (
      <span className="cut" dir="auto">
        {session.messagingUserName}
      </span>
    ),
  },
  {
    id: 'channel',
    header: 'Channel',
    wide: true,
    cell: (session) => <ChannelName type={session.channelType} name={session.channelName} />,
  },
  { id: 'status', header: 'Status', cell: (session) => <Status {...sessionWords[session.status]} /> },
  { id: 'origin', header: 'Origin', wide: true, cell: (session) => humanise(session.origin) },
  {
    id: 'preview',
    header: 'Last said',
    wide: true,
    cell: (session) => (
      <span className="cut dim" dir="auto">
        {session.preview ?? '–'}
      </span>
    ),
  },
  {
    id: 'messages',
    header: 'Messages',
    wide: true,
    align: 'right',
    cell: (session) => formatCount(session.endUserMessageCount + session.agentMessageCount),
  },
  { id: 'started', header: 'Started', wide: true, cell: (session) => <Ago at={session.startedAt} /> },
  { id: 'lastMessage', header: 'Last message', wide: true, cell: (session) => <Ago at={session.lastMessageAt} /> },
]

export function SessionsPage() {
  const filter = useSearch({ from: '/signed-in/sessions' })
  const navigate = useNavigate()
  const query = useInfiniteQuery({
    ...sessionsQuery({ status: filter.status, channelId: filter.channel }),
    placeholderData: keepPreviousData,
  })
  const change = (part: SessionFilter) => navigate({ to: '/sessions', search: { ...filter, ...part }, replace: true })
  const open = (session: Session) =>
    navigate({ to: '/messaging-users/$userId', params: { userId: session.messagingUserId }, search: { session: session.id } })
  return (
    <>
      <PageHead title="Sessions" />
      <Group gap="xs" className="filters">
        <Select
          aria-label="Status"
          placeholder="Any status"
          clearable
          size="xs"
          w={150}
          data={optionsOf(sessionWords)}
          value={filter.status ?? null}
          onChange={(status) => change({ status: (status ?? undefined) as SessionFilter['status'] })}
          clearButtonProps={{ 'aria-label': 'Any status' }}
        />
        <ChannelSelect value={filter.channel} onChange={(channel) => change({ channel })} />
      </Group>
      <Paper withBorder className="list" aria-busy={query.isPlaceholderData}>
        <Loaded query={query} skeleton={<Skeletons rows={12} />}>
          {(data) => {
            const rows = rowsOf(data)
            if (rows.length === 0) return <NoSessions filtered={Boolean(filter.status || filter.channel)} />
            return (
              <>
                <DataTable label="Sessions" columns={columns} rows={rows} onOpen={open} />
                <LoadMore query={query} shown={rows.length} />
              </>
            )
          }}
        </Loaded>
      </Paper>
    </>
  )
}

function NoSessions({ filtered }: { filtered: boolean }) {
  return (
    <EmptyState icon={<IconMessages size={24} />} title={filtered ? 'No session matches' : 'No sessions yet'}>
      {filtered
        ? 'Choose another status or channel.'
        : 'A session begins with the first message of a messaging user and holds what is said until it ends.'}
    </EmptyState>
  )
}
