import { randomUUID } from 'node:crypto'
import { secretNames } from '../connectors/connector.ts'
import { connectorOf } from '../connectors/registry.ts'
import type { Http } from '../connectors/sending.ts'
import type { ChannelCounts } from '../record/channel-counts.ts'
import { decryptConfig } from '../record/secrets.ts'
import type { WrittenTo } from '../record/typing.ts'
import { onThisMachine } from './http.ts'

/**
 * Shows a person that somebody is writing to them, where the platform can. It is worthless a moment later, so it is no job and never tried
 * again: what fails is counted, and forgotten.
 */
export const showTyping = ({ secret, http, counts }: { secret: Buffer; http: Http; counts: Pick<ChannelCounts, 'add'> }) =>
  async ({ channelId, channel, to, lastReceivedId }: WrittenTo): Promise<void> => {
    const connector = connectorOf(channel.type)
    if (!connector?.typing || !to) return
    const failed = (detail: string) => counts.add(channelId, channel.type, 'typing-failed', 1, detail)
    try {
      const config = decryptConfig(channel.config, secretNames(connector), secret)
      const typing = { id: randomUUID(), to, at: new Date(), ...(lastReceivedId !== null && { lastReceivedId }) }
      const answer = await connector.typing(typing, config, channel.isSimulated ? onThisMachine(http) : http)
      if (answer && answer.status >= 300) failed(`${answer.status} ${answer.body}`)
    } catch (error) {
      failed((error as Error).message)
    }
  }
