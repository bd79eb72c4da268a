import { Anchor, Grid, Group, Stack, Tabs } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { IconChevronLeft } from '@tabler/icons-react'
import type { Channel, ChannelUpdate, ConnectorInfo } from '../../../src/contract/channels.ts'
import { patch } from '../api/client.ts'
import { channelQuery, connectorsQuery } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Ago, ConnectorIcon, PageHead, Section } from '../parts/bits.tsx'
import { Refusal } from '../parts/problem.tsx'
import { Loaded } from '../parts/states.tsx'
import { ChannelConsent } from './channel-consent.tsx'
import { DeleteChannel } from './channel-delete.tsx'
import { ChannelKeywords } from './channel-keywords.tsx'
import { ChannelHealthCard } from './channel-health.tsx'
import { DemoLink, SetupNotes } from './channel-ready.tsx'
import { ChannelRejects } from './channel-rejects.tsx'
import { ChannelSettings } from './channel-settings.tsx'
import { channelTabs, type ChannelTab } from './channel-tabs.ts'
import { ChannelTier, TierBadge } from './channel-tier.tsx'
import { ActiveStatus } from './channels.tsx'
import { PlayControl, SimulatedBadge } from './simulation.tsx'
import { webChatType } from './web-chat.ts'

export function ChannelPage() {
  const { channelId } = useParams({ from: '/signed-in/channels/$channelId' })
  const channel = useQuery(channelQuery(channelId))
  const connectors = useQuery(connectorsQuery)
  return (
    <Loaded isPage query={channel}>
      {(channel) => (
        <Loaded query={connectors}>
          {(known) => <ChannelView channel={channel} connector={known.find(({ type }) => type === channel.type)} />}
        </Loaded>
      )}
    </Loaded>
  )
}

function ChannelView({ channel, connector }: { channel: Channel; connector: ConnectorInfo | undefined }) {
  const back = (
    <Anchor renderRoot={(props) => <Link to="/channels" {...props} />} size="sm" className="back">
      <IconChevronLeft size={15} aria-hidden /> Channels
    </Anchor>
  )
  return (
    <>
      <PageHead
        back={back}
        title={
          <Group gap="xs" wrap="nowrap">
            <ConnectorIcon type={channel.type} size={26} />
            <bdi className="wrap-any">{channel.name}</bdi>
            <SimulatedBadge channel={channel} />
          </Group>
        }
      >
        <PlayControl channel={channel} />
        {channel.type === webChatType && channel.isActive && <DemoLink channelId={channel.id} />}
        <ActiveSwitch channel={channel} />
      </PageHead>
      <Highlights channel={channel} />
      <ChannelParts channel={channel} connector={connector} />
    </>
  )
}

/** The address says which tab is open. A form begins anew when the channel was saved. */
function ChannelParts({ channel, connector }: { channel: Channel; connector: ConnectorInfo | undefined }) {
  const { tab = 'settings', language } = useSearch({ from: '/signed-in/channels/$channelId' })
  const navigate = useNavigate()
  const open = (next: ChannelTab) =>
    navigate({ to: '/channels/$channelId', params: { channelId: channel.id }, search: { tab: next }, resetScroll: false })
  return (
    <Tabs value={tab} onChange={(next) => open(next as ChannelTab)} keepMounted={false} className="tabs">
      <Tabs.List mb="md">
        {Object.entries(channelTabs).map(([value, label]) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="settings">
        <SettingsTab channel={channel} connector={connector} />
      </Tabs.Panel>
      <Tabs.Panel value="consent">
        <ChannelConsent key={channel.updatedAt} channel={channel} />
      </Tabs.Panel>
      <Tabs.Panel value="keywords">
        <ChannelKeywords channel={channel} language={language} />
      </Tabs.Panel>
    </Tabs>
  )
}

function SettingsTab({ channel, connector }: { channel: Channel; connector: ConnectorInfo | undefined }) {
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <Stack gap="md">
          {connector && <ChannelSettings key={channel.updatedAt} channel={channel} connector={connector} />}
          <ChannelTier channel={channel} />
          <DeleteChannel channel={channel} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 6 }}>
        <Stack gap="md">
          <ChannelHealthCard channelId={channel.id} />
          <ChannelRejects channelId={channel.id} />
          {connector && (
            <Section title="Set-up">
              <div className="section-body">
                <SetupNotes channel={channel} connector={connector} />
              </div>
            </Section>
          )}
        </Stack>
      </Grid.Col>
    </Grid>
  )
}

function Highlights({ channel }: { channel: Channel }) {
  return (
    <dl className="highlights">
      <div>
        <dt>Status</dt>
        <dd>
          <ActiveStatus active={channel.isActive} />
        </dd>
      </div>
      <div>
        <dt>Type</dt>
        <dd>{channel.label}</dd>
      </div>
      <div>
        <dt>Tier</dt>
        <dd>
          <TierBadge tier={channel.platformType} />
        </dd>
      </div>
      {channel.accountKey && (
        <div>
          <dt>Account</dt>
          <dd className="mono wrap-any">{channel.accountKey}</dd>
        </div>
      )}
      <div>
        <dt>Last event</dt>
        <dd>
          <Ago at={channel.lastEventAt} />
        </dd>
      </div>
      <div>
        <dt>Created</dt>
        <dd>
          <Ago at={channel.createdAt} />
        </dd>
      </div>
    </dl>
  )
}

function ActiveSwitch({ channel }: { channel: Channel }) {
  const client = useQueryClient()
  const mutation = useMutation({
    mutationFn: (isActive: boolean) => patch<Channel>(`/api/v1/channels/${channel.id}`, { isActive } satisfies ChannelUpdate),
    onSuccess: (updated) => {
      client.setQueryData(channelQuery(channel.id).queryKey, updated)
      void client.invalidateQueries({ queryKey: ['channels'] })
    },
  })
  return (
    <>
      {mutation.error && <Refusal error={mutation.error} title="Not activated: the channel lacks something" />}
      <GuardedButton
        role="admin"
        variant="default"
        size="sm"
        loading={mutation.isPending}
        onClick={() => mutation.mutate(!channel.isActive)}
      >
        {channel.isActive ? 'Deactivate' : 'Activate'}
      </GuardedButton>
    </>
  )
}
