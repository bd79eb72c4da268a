import { Anchor, Button, Group, Paper } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { IconBroadcast, IconPlus } from '@tabler/icons-react'
import type { Channel } from '../../../src/contract/channels.ts'
import { channelsQuery } from '../api/queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { Ago, ConnectorIcon, PageHead, Status } from '../parts/bits.tsx'
import { DataTable, type Column } from '../parts/data-table.tsx'
import { formatCount } from '../parts/format.ts'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { PlayMenu, SimulatedBadge } from './simulation.tsx'
import { webChatType } from './web-chat.ts'

function ChannelLink({ channel }: { channel: Channel }) {
  return (
    <span className="user-link">
      <ConnectorIcon type={channel.type} size={22} />
      <Anchor
        renderRoot={(props) => <Link to="/channels/$channelId" params={{ channelId: channel.id }} {...props} />}
        data-row-link
        className="row-link"
        title={channel.name}
        dir="auto"
      >
        {channel.name}
      </Anchor>
      <SimulatedBadge channel={channel} />
    </span>
  )
}

export function ActiveStatus({ active }: { active: boolean }) {
  return active ? <Status label="Active" colour="green" /> : <Status label="Inactive" colour="gray" />
}

const columns: Column<Channel>[] = [
  { id: 'name', header: 'Channel', cell: (channel) => <ChannelLink channel={channel} /> },
  { id: 'type', header: 'Type', wide: true, cell: (channel) => channel.label },
  {
    id: 'account',
    header: 'Account',
    wide: true,
    cell: (channel) => <span className="cut mono">{channel.accountKey ?? '–'}</span>,
  },
  { id: 'active', header: 'Status', cell: (channel) => <ActiveStatus active={channel.isActive} /> },
  { id: 'lastEvent', header: 'Last event', cell: (channel) => <Ago at={channel.lastEventAt} /> },
  {
    id: 'rejects',
    header: 'Rejects',
    align: 'right',
    cell: (channel) =>
      channel.rejectCount ? <b className="bad">{formatCount(channel.rejectCount)}</b> : <span className="none">0</span>,
  },
]

export function ChannelsPage() {
  const query = useQuery({ ...channelsQuery, refetchInterval: 15_000 })
  const navigate = useNavigate()
  return (
    <>
      <PageHead title="Channels">
        {query.data?.length !== 0 && <PlayMenu />}
        <GuardedButton role="admin" leftSection={<IconPlus size={15} />} onClick={() => navigate({ to: '/channels/new' })}>
          Add channel
        </GuardedButton>
      </PageHead>
      <Paper withBorder className="list">
        <Loaded query={query}>
          {(channels) =>
            channels.length === 0 ? (
              <NoChannels />
            ) : (
              <DataTable
                label="Channels"
                columns={columns}
                rows={channels}
                onOpen={(channel) => navigate({ to: '/channels/$channelId', params: { channelId: channel.id } })}
              />
            )
          }
        </Loaded>
      </Paper>
    </>
  )
}

function NoChannels() {
  const mayAdd = useMay('admin')
  const action = mayAdd && (
    <Group gap="xs" mt="xs">
      <Button size="xs" renderRoot={(props) => <Link to="/channels/new" {...props} />}>
        Add a channel
      </Button>
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => <Link to="/channels/new" search={{ type: webChatType }} {...props} />}
      >
        Try web chat
      </Button>
      <PlayMenu />
    </Group>
  )
  return (
    <EmptyState icon={<IconBroadcast size={24} />} title="No channels yet" action={action}>
      A channel is one number, page, bot or web chat of yours. Web chat needs no account anywhere: add it, and write to yourself
      on its demo page.
    </EmptyState>
  )
}
