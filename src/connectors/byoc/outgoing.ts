import { Type, type Static } from 'typebox'
import { endedBys } from '../../contract/sessions.ts'
import { Nullable } from '../../contract/common.ts'

// What Muster posts to the delivery address. See setup.md for examples; more fields may come with time.

const frame = {
  id: Type.String({ description: 'Also `webhook-id`; the same for every attempt' }),
  timestamp: Type.String({ format: 'date-time' }),
  user: Type.Object({ key: Type.String() }),
}
const sessionId = Type.String({ description: 'As in the API' })

export const outgoing = [
  Type.Object({
    type: Type.Literal('message.send'), ...frame,
    message: Type.Object({ id: Type.String(), type: Type.Literal('text'), text: Type.String(), replyToId: Type.Optional(Type.String()) }),
  }),
  Type.Object({ type: Type.Literal('session.ended'), ...frame, session: Type.Object({ id: sessionId, endedBy: Nullable(Type.Enum([...endedBys])) }) }),
  Type.Object({
    type: Type.Literal('session.owner-changed'), ...frame,
    session: Type.Object({ id: sessionId, owner: Nullable(Type.Object({ id: Type.String(), name: Type.String() })) }),
  }),
  Type.Object({
    type: Type.Literal('typing'), ...frame, isTyping: Type.Boolean({ description: 'True: somebody of the business is writing, for the next seconds' }),
  }),
] as const
export type Outgoing = Static<(typeof outgoing)[number]>
