import { Anchor, Button, Group, Paper } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { IconCheck, IconDownload, IconSearchOff, IconUsers } from '@tabler/icons-react'
import type { MessagingUser } from '../../../src/contract/messaging-users.ts'
import { withQuery } from '../api/client.ts'
import { channelsQuery, messagingUsersQuery, rowsOf } from '../api/queries.ts'
import { Ago, ChannelName, PageHead, Status, UserAvatar } from '../parts/bits.tsx'
import { ColumnChooser, DataTable, useHiddenColumns, type Column } from '../parts/data-table.tsx'
import { formatCount, useNow } from '../parts/format.ts'
import { LoadMore } from '../parts/load-more.tsx'
import { EmptyState, Loaded, Skeletons } from '../parts/states.tsx'
import { consentWords } from '../parts/words.ts'
import { isFiltered, queryOf, type UserFilter } from './messaging-user-filter.ts'
import { noFilter, UserFilters } from './messaging-users-filters.tsx'
import { PlayMenu } from './simulation.tsx'

function UserLink({ user }: { user: MessagingUser }) {
  return (
    <span className="user-link">
      <UserAvatar user={user} />
      <span className="user-link-text">
        <Anchor
          renderRoot={(props) => <Link to="/messaging-users/$userId" params={{ userId: user.id }} {...props} />}
          data-row-link
          title={user.name}
          dir="auto"
          className="row-link"
        >
          {user.name}
        </Anchor>
        <small className="narrow-only" dir="auto">
          {user.channelName} · {user.externalId ?? user.platformKey}
        </small>
      </span>
    </span>
  )
}

const columns: Column<MessagingUser>[] = [
  { id: 'name', header: 'Messaging User Name', cell: (user) => <UserLink user={user} /> },
  {
    id: 'channel',
    header: 'Channel',
    wide: true,
    cell: (user) => <ChannelName type={user.channelType} name={user.channelName} />,
  },
  { id: 'externalId', header: 'External ID', wide: true, cell: (user) => <Cut text={user.externalId} /> },
  { id: 'platformKey', header: 'Messaging Platform Key', wide: true, cell: (user) => <Cut text={user.platformKey} mono /> },
  {
    id: 'consent',
    header: 'Messaging Consent Status',
    cell: (user) => <Status {...consentWords[user.consentStatus ?? 'none']} />,
  },
  { id: 'optedIn', header: 'Opted In', wide: true, cell: (user) => <OptedIn yes={user.isFullyOptedIn} /> },
  { id: 'sessions', header: 'Sessions', wide: true, align: 'right', cell: (user) => formatCount(user.sessionCount) },
  { id: 'lastMessage', header: 'Last message', cell: (user) => <Ago at={user.lastMessageAt} /> },
  { id: 'created', header: 'Created', wide: true, cell: (user) => <Ago at={user.createdAt} /> },
]

function Cut({ text, mono }: { text: string | null; mono?: boolean }) {
  if (!text) return <span className="none">–</span>
  return (
    <span className={mono ? 'cut mono' : 'cut'} title={text} dir="auto">
      {text}
    </span>
  )
}

function OptedIn({ yes }: { yes: boolean }) {
  return yes ? (
    <span className="yes">
      <IconCheck size={15} aria-hidden /> Yes
    </span>
  ) : (
    <span className="none">No</span>
  )
}

export function MessagingUsersPage() {
  const filter = useSearch({ from: '/signed-in/messaging-users' })
  const navigate = useNavigate()
  const [hidden, setHidden] = useHiddenColumns('messaging-users')
  const query = useInfiniteQuery({
    ...messagingUsersQuery(filter, () => queryOf(filter, new Date())),
    placeholderData: keepPreviousData,
  })
  const change = (part: UserFilter) => navigate({ to: '/messaging-users', search: { ...filter, ...part }, replace: true })
  return (
    <>
      <PageHead title="Messaging users">
        <ExportButton filter={filter} />
        <ColumnChooser columns={columns} hidden={hidden} onChange={setHidden} />
      </PageHead>
      <UserFilters filter={filter} onChange={change} />
      <Paper withBorder className="list many-columns" aria-busy={query.isPlaceholderData}>
        <Loaded query={query} skeleton={<Skeletons rows={12} />}>
          {(data) => {
            const rows = rowsOf(data)
            if (rows.length === 0) return <NobodyYet filter={filter} onClear={() => change(noFilter)} />
            return (
              <>
                <DataTable
                  label="Messaging users"
                  columns={columns}
                  rows={rows}
                  hidden={hidden}
                  onOpen={(user) => navigate({ to: '/messaging-users/$userId', params: { userId: user.id } })}
                />
                <LoadMore query={query} shown={rows.length} />
              </>
            )
          }}
        </Loaded>
      </Paper>
    </>
  )
}

/** Everybody whom the filters leave, as a file that can be imported again. */
function ExportButton({ filter }: { filter: UserFilter }) {
  const href = withQuery('/api/v1/messaging-users/export', queryOf(filter, new Date(useNow())))
  return (
    <Button component="a" href={href} download variant="default" size="xs" leftSection={<IconDownload size={15} />}>
      Export
    </Button>
  )
}

function NobodyYet({ filter, onClear }: { filter: UserFilter; onClear: () => void }) {
  const { data: channels } = useQuery(channelsQuery)
  if (isFiltered(filter)) {
    return (
      <EmptyState
        icon={<IconSearchOff size={24} />}
        title="Nobody matches"
        action={
          <Button size="xs" variant="default" onClick={onClear}>
            Clear the filters
          </Button>
        }
      >
        No messaging user fits what you search and filter for.
      </EmptyState>
    )
  }
  const action = (
    <Group gap="xs" mt="xs">
      <Button size="xs" renderRoot={(props) => <Link to={channels?.length ? '/channels' : '/channels/new'} {...props} />}>
        {channels?.length ? 'See the channels' : 'Add a channel'}
      </Button>
      <PlayMenu />
    </Group>
  )
  return (
    <EmptyState icon={<IconUsers size={24} />} title="No messaging users yet" action={action}>
      Whoever writes to one of your channels appears here at once.
    </EmptyState>
  )
}
