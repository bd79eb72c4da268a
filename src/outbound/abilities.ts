import type { Connector } from '../connectors/connector.ts'
import type { ChannelAbilities } from '../record/consent/gate.ts'

/** What the gate has to know about a channel's platform. A platform this Muster no longer knows can send nothing. */
export const abilitiesOf = (connector: Connector | undefined): ChannelAbilities => ({
  canSend: connector?.send !== undefined,
  businessInitiated: connector?.traits.businessInitiated ?? false,
  replyWindowHours: connector?.traits.replyWindowHours,
})
