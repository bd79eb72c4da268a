import { Badge, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import type { Channel } from '../../../src/contract/channels.ts'
import { post } from '../api/client.ts'
import { channelQuery } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { platformTypeWords } from '../parts/words.ts'

export function TierBadge({ tier }: { tier: Channel['platformType'] }) {
  return (
    <Badge variant="light" color={tier === 'Enhanced' ? 'muster' : 'gray'} tt="none" className="mark">
      {platformTypeWords[tier].label}
    </Badge>
  )
}

/** The way from the standard tier to the enhanced one; there is none back. */
export function ChannelTier({ channel }: { channel: Channel }) {
  const [asking, dialog] = useDisclosure(false)
  const client = useQueryClient()
  if (channel.platformType === 'Enhanced') return null
  async function upgrade() {
    const updated = await post<Channel>(`/api/v1/channels/${channel.id}/upgrade`)
    client.setQueryData(channelQuery(channel.id).queryKey, updated)
    void client.invalidateQueries({ queryKey: ['channels'] })
    notifications.show({ message: `${channel.name} is an enhanced channel now` })
  }
  return (
    <Section title="Tier" action={<TierBadge tier={channel.platformType} />}>
      <Group justify="space-between" className="section-body">
        <Text size="sm" c="dimmed" flex="1 1 260px">
          {platformTypeWords.Standard.means} On an enhanced channel they can also be paused, inactive, or about consent alone.
        </Text>
        <GuardedButton role="admin" variant="default" onClick={dialog.open}>
          Upgrade to enhanced…
        </GuardedButton>
      </Group>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={`Upgrade ${channel.name}?`}
        action="Upgrade"
        colour="muster"
        onConfirm={upgrade}
      >
        All messaging users stay, with their consent, their sessions and what was said. There is no way back to the standard tier.
      </Confirm>
    </Section>
  )
}
