import { Type, type Static } from 'typebox'
import { ChannelId, Nullable, Time } from './common.ts'

const count = (description: string) => Type.Integer({ minimum: 0, description })
const lastAt = Nullable(Time)

const Trouble = Type.Object({
  count: count('In the last 24 hours'),
  lastAt,
  lastReason: Nullable(Type.String()),
})

/** How a channel is doing. Counted by the hour, and some seconds late. */
export const ChannelHealth = Type.Object({
  channelId: ChannelId,
  since: Type.String({ format: 'date-time', description: 'The counts begin here: a full hour, 23 to 24 hours ago' }),
  lastReceivedAt: Nullable(Type.String({ format: 'date-time', description: 'Last event that was taken in' })),
  lastSentAt: Nullable(Type.String({ format: 'date-time', description: 'Last message the platform took' })),
  received: count('Events taken in'),
  sent: count('Messages the platform took'),
  errors: count('Requests refused or not understood, and events set aside'),
  errorRate: Type.Number({ minimum: 0, maximum: 1, description: 'Errors, as a share of errors and events taken in' }),
  refused: Type.Object(Trouble.properties, { description: 'Requests whose signature was missing or wrong' }),
  unreadable: Type.Object(Trouble.properties, { description: 'Requests that were signed, and not understood' }),
  turnedAway: Type.Object(Trouble.properties, { description: 'Requests answered 503, or 500: the platform should come again' }),
  setAside: Type.Object(Trouble.properties, { description: 'Events kept as rejects' }),
  openRejects: count('Rejects that were not replayed, however old'),
  sendFailures: Type.Array(Type.Object({ kind: Type.String(), title: Type.String(), ...Trouble.properties }), {
    description: 'Attempts to send that failed, by kind, the most frequent first. An attempt that may succeed later counts each time',
  }),
})
export type ChannelHealth = Static<typeof ChannelHealth>
