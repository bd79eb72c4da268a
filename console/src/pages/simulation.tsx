import { Badge, Button, Menu, Text, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react'
import type { Channel } from '../../../src/contract/channels.ts'
import type { Simulation, SimulationCreate } from '../../../src/contract/simulations.ts'
import { post, remove } from '../api/client.ts'
import { connectorsQuery, simulationsQuery } from '../api/queries.ts'
import { GuardedButton, useMay } from '../parts/access.tsx'
import { ConnectorIcon } from '../parts/bits.tsx'
import { formatCount } from '../parts/format.ts'

/** Marks channels that no platform knows. */
export function SimulatedBadge({ channel }: { channel: Channel }) {
  if (!channel.isSimulated) return null
  return (
    <Tooltip label="No platform knows this channel: the simulator plays it">
      <Badge variant="light" color="grape" tt="none" className="mark">
        Simulated
      </Badge>
    </Tooltip>
  )
}

/** For who has no account at any platform: people who do not exist write in, on the platform chosen. */
export function PlayMenu() {
  const { data: connectors } = useQuery(connectorsQuery)
  const navigate = useNavigate()
  const play = usePlay((simulation) =>
    navigate({ to: '/channels/$channelId', params: { channelId: simulation.channelId } }),
  )
  if (!useMay('admin')) return null
  return (
    <Menu width={240}>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<IconPlayerPlay size={14} />} loading={play.isPending}>
          Play a simulated channel
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>People who do not exist write in, for a minute</Menu.Label>
        {connectors
          ?.filter(({ canSimulate }) => canSimulate)
          .map(({ type, label }) => (
            <Menu.Item key={type} leftSection={<ConnectorIcon type={type} />} onClick={() => play.mutate({ type })}>
              {label}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** On the page of a simulated channel: begin, see how it goes, stop. */
export function PlayControl({ channel }: { channel: Channel }) {
  if (!channel.isSimulated) return null
  return <Control channel={channel} />
}

function Control({ channel }: { channel: Channel }) {
  const client = useQueryClient()
  const query = useQuery({
    ...simulationsQuery,
    refetchInterval: ({ state }) => (state.data?.some(({ endedAt }) => !endedAt) ? 1_000 : false),
  })
  const play = usePlay()
  const stop = useMutation({
    mutationFn: (id: string) => remove(`/api/v1/simulations/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: simulationsQuery.queryKey }),
    onError: (error) => notifications.show({ color: 'red', title: 'Not stopped', message: error.message }),
  })
  const latest = query.data?.find(({ channelId }) => channelId === channel.id)
  const running = latest && !latest.endedAt
  return (
    <>
      {latest && (
        <Tooltip label={latest.outbound} multiline maw={320}>
          <Text size="sm" c="dimmed" role="status">
            {running ? 'Playing' : 'Played'}: {formatCount(latest.sent)} sent
            {latest.refused + latest.unanswered > 0 && <>, {formatCount(latest.refused + latest.unanswered)} refused</>}
          </Text>
        </Tooltip>
      )}
      {running ? (
        <GuardedButton
          role="admin"
          variant="default"
          leftSection={<IconPlayerStop size={14} />}
          loading={stop.isPending}
          onClick={() => stop.mutate(latest.id)}
        >
          Stop
        </GuardedButton>
      ) : (
        <GuardedButton
          role="admin"
          variant="default"
          leftSection={<IconPlayerPlay size={14} />}
          loading={play.isPending}
          blockedBy={channel.isActive ? undefined : 'The channel is inactive'}
          onClick={() => play.mutate({ type: channel.type })}
        >
          Play
        </GuardedButton>
      )}
    </>
  )
}

function usePlay(onBegun?: (simulation: Simulation) => void) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SimulationCreate) => post<Simulation>('/api/v1/simulations', body),
    onSuccess: async (simulation) => {
      await client.invalidateQueries({ queryKey: simulationsQuery.queryKey })
      await client.invalidateQueries({ queryKey: ['channels'] })
      onBegun?.(simulation)
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not begun', message: error.message }),
  })
}
