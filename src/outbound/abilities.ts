import type { Connector } from '../connectors/connector.ts'
import type { ChannelAbilities } from '../record/consent/gate.ts'
import type { ChannelConfig } from '../record/secrets.ts'

/**
 * What the gate has to know about a channel's platform. A platform this Muster no longer knows can send nothing.
 * @param config as stored, secrets encrypted: no ability is a secret
 */
export const abilitiesOf = (connector: Connector | undefined, config: ChannelConfig): ChannelAbilities => ({
  canSend: connector?.send !== undefined,
  businessInitiated: connector?.traits.businessInitiated ?? false,
  replyWindowHours: connector?.traits.replyWindowHours,
  agentReplyWindowHours: connector?.agentReplyWindowHours?.(config),
})
