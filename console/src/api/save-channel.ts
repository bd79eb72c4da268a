import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import type { Channel, ChannelUpdate } from '../../../src/contract/channels.ts'
import { patch } from './client.ts'
import { channelQuery } from './queries.ts'

/** @returns a function that changes the channel and shows it as it is then; it throws what the API refuses. */
export function useSaveChannel(channelId: string) {
  const client = useQueryClient()
  return async (update: ChannelUpdate) => {
    const updated = await patch<Channel>(`/api/v1/channels/${channelId}`, update)
    client.setQueryData(channelQuery(channelId).queryKey, updated)
    void client.invalidateQueries({ queryKey: ['channels'] })
    notifications.show({ message: 'Settings saved' })
  }
}
