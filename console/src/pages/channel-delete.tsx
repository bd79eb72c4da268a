import { Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Channel } from '../../../src/contract/channels.ts'
import { remove } from '../api/client.ts'
import { messagingUsersQuery, rowsOf } from '../api/queries.ts'
import { GuardedButton } from '../parts/access.tsx'
import { Section } from '../parts/bits.tsx'
import { Confirm } from '../parts/confirm.tsx'

/** Only a channel nobody ever wrote to can go: its messaging users are the record. */
export function DeleteChannel({ channel }: { channel: Channel }) {
  const users = useInfiniteQuery(messagingUsersQuery({ channel: channel.id }, () => ({ channelId: channel.id })))
  const [asking, dialog] = useDisclosure(false)
  const client = useQueryClient()
  const navigate = useNavigate()
  async function deleteIt() {
    await remove(`/api/v1/channels/${channel.id}`)
    await navigate({ to: '/channels' })
    await client.invalidateQueries({ queryKey: ['channels'] })
  }
  const inUse = rowsOf(users.data).length > 0
  return (
    <Section title="Delete">
      <Group justify="space-between" className="section-body" wrap="nowrap">
        <Text size="sm" c="dimmed">
          A channel with messaging users cannot be deleted. Deactivate it instead.
        </Text>
        <GuardedButton
          role="admin"
          variant="default"
          blockedBy={inUse ? 'The channel has messaging users' : undefined}
          onClick={dialog.open}
        >
          Delete…
        </GuardedButton>
      </Group>
      <Confirm
        opened={asking}
        onClose={dialog.close}
        title={`Delete ${channel.name}?`}
        action="Delete channel"
        onConfirm={deleteIt}
      >
        What the platform sends to its webhook is refused from then on. This cannot be undone.
      </Confirm>
    </Section>
  )
}
