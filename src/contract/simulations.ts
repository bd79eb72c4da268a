import { Type, type Static } from 'typebox'
import { ChannelId, Id, Nullable, Strict, Time } from './common.ts'

export const SimulationId = Id('sim', 'Id of a simulation')

export const SimulationCreate = Strict({
  type: Type.String({
    maxLength: 40, description: 'Its simulated channel is played, and made if there is none. See `canSimulate` of `/api/v1/connectors`',
  }),
  rate: Type.Optional(Type.Number({ minimum: 0.1, maximum: 20, default: 3, description: 'Requests a second' })),
  seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 300, default: 60 })),
  seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 32 - 1, description: 'The same seed plays the same again' })),
})
export type SimulationCreate = Static<typeof SimulationCreate>

/** People who do not exist, writing in through the real door. It runs in one Muster process, which alone knows of it. */
export const Simulation = Type.Object({
  id: SimulationId,
  channelId: ChannelId,
  channelName: Type.String(),
  type: Type.String(),
  seed: Type.Integer(),
  rate: Type.Number(),
  seconds: Type.Integer(),
  startedAt: Time,
  endedAt: Nullable(Time),
  sent: Type.Integer({ description: 'Requests' }),
  accepted: Type.Integer({ description: 'Answered 2xx' }),
  refused: Type.Integer(),
  unanswered: Type.Integer(),
  outgoing: Type.Integer({ description: 'Messages of the business that the simulator took' }),
  outbound: Type.String({ description: 'What becomes of messages that Muster sends on this channel, in words' }),
})
export type Simulation = Static<typeof Simulation>
