import { Type, type Static } from 'typebox'
import { ChannelId, Nullable, RejectId, Strict, Time } from './common.ts'
import { ConsentType } from './consent.ts'

/** Stands for a stored secret in what the API shows. Sent back unchanged, the stored one stays. */
export const REDACTED = '••••••••'

export const PlatformType = Type.Enum(['Standard', 'Enhanced'], {
  description: 'The channel’s tier. Sessions of a standard channel are New, Waiting, Active or Ended, and nothing else',
})
export type PlatformType = Static<typeof PlatformType>
export const OptOutScope = Type.Enum(['channel', 'brand', 'everything'], {
  description: 'Where else an opt-out counts: on channels of the same brand, or on all',
})
export type OptOutScope = Static<typeof OptOutScope>

const inactivityMinutes = Nullable(Type.Integer({
  minimum: 5, maximum: 30, description: 'After so long without an answer to the agent, a session becomes inactive; null: never. Enhanced channels only',
}))
const brand = Nullable(Type.String({ minLength: 1, maxLength: 80, pattern: '\\S', description: 'The name people know the business by on this channel' }))
const name = Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' })
const isoCountryCode = Nullable(Type.String({ pattern: '^[A-Z]{2}$', description: 'Country of the business’s number, ISO 3166 alpha-2' }))
const config = Type.Record(Type.String(), Type.Unknown(), { description: 'Settings of the connector; see `/api/v1/connectors` for their schema' })

export const Channel = Type.Object({
  id: ChannelId,
  name: Type.String(),
  type: Type.String({ description: 'Type of the connector, as in `/api/v1/connectors`' }),
  label: Type.String({ description: 'Name of the platform' }),
  messageType: Type.String(),
  accountKey: Nullable(Type.String({ description: 'The business’s own address on the platform' })),
  platformType: PlatformType,
  inactivityMinutes,
  consentType: ConsentType,
  optOutScope: OptOutScope,
  brand,
  isoCountryCode,
  isActive: Type.Boolean(),
  isSimulated: Type.Boolean({ description: 'Its credentials are invented: the simulator plays its platform' }),
  config,
  webhookUrl: Nullable(Type.String({ description: 'The address to enter at the platform; null where the platform calls nothing' })),
  lastEventAt: Nullable(Time),
  rejectCount: Type.Integer({ description: 'Events set aside and not yet replayed' }),
  createdAt: Time,
  updatedAt: Time,
})
export type Channel = Static<typeof Channel>

export const ChannelCreated = Type.Intersect([
  Channel,
  Type.Object({ generatedSecrets: Type.Record(Type.String(), Type.String(), { description: 'Secrets Muster made for this channel; shown this once' }) }),
])
export type ChannelCreated = Static<typeof ChannelCreated>

export const ChannelCreate = Strict({
  type: Type.String({ maxLength: 40 }),
  name,
  config: Type.Optional(config),
  platformType: Type.Optional(Type.Unsafe<PlatformType>({
    ...PlatformType, default: 'Enhanced', description: '`Standard` only where the platform has tiers: see `/api/v1/connectors`',
  })),
  consentType: Type.Optional(ConsentType),
  isoCountryCode: Type.Optional(isoCountryCode),
  isActive: Type.Optional(Type.Boolean({ default: true })),
})
export type ChannelCreate = Static<typeof ChannelCreate>

export const ChannelUpdate = Strict({
  name: Type.Optional(name),
  config: Type.Optional(config),
  inactivityMinutes: Type.Optional(inactivityMinutes),
  consentType: Type.Optional(ConsentType),
  optOutScope: Type.Optional(OptOutScope),
  brand: Type.Optional(brand),
  isoCountryCode: Type.Optional(isoCountryCode),
  isActive: Type.Optional(Type.Boolean()),
}, { minProperties: 1 })
export type ChannelUpdate = Static<typeof ChannelUpdate>

/** A kind of channel that can be added, with what its form needs. */
export const ConnectorInfo = Type.Object({
  type: Type.String(),
  label: Type.String(),
  messageType: Type.String(),
  webhook: Type.Boolean({ description: 'Does the platform call a webhook?' }),
  massCreate: Type.Boolean({ description: 'May messaging users be created before they write, one by one or in bulk?' }),
  takesNumbers: Type.Boolean({ description: 'Are they created by their phone number? Else by an id' }),
  templates: Type.Boolean({ description: 'Does the platform have templates: messages approved beforehand, also outside the reply window?' }),
  tiers: Type.Boolean({ description: 'Does the platform have standard channels beside enhanced ones?' }),
  canSimulate: Type.Boolean({ description: 'Can the simulator play it?' }),
  icon: Type.String({ description: 'SVG' }),
  setupNotes: Type.String({ description: 'Markdown' }),
  configSchema: Type.Unknown({ description: 'JSON Schema of `config`; secrets carry `secret: true`' }),
  generated: Type.Array(Type.String(), { description: 'Properties Muster fills in when left out' }),
})
export type ConnectorInfo = Static<typeof ConnectorInfo>

/** An inbound event that could not be applied. Kept whole, so that it can be replayed. */
export const Reject = Type.Object({
  id: RejectId,
  channelId: ChannelId,
  eventId: Nullable(Type.String()),
  reason: Type.String(),
  payload: Type.Unknown(),
  receivedAt: Time,
  replayedAt: Nullable(Time),
})
export type Reject = Static<typeof Reject>
export const ReplayResult = Type.Object({ outcome: Type.Enum(['applied', 'duplicate', 'waiting', 'rejected']), reason: Nullable(Type.String()) })
