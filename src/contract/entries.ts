import { Type, type Static } from 'typebox'
import { Nullable, PageQuery, SessionId, Strict, Time } from './common.ts'
import { ConsentEvent } from './consent.ts'
import { endedBys, Message } from './sessions.ts'

/** One line of a conversation: something said, a change of the session's status or owner, or a change of consent. */
export const ConversationEntry = Type.Union([
  Type.Object({ kind: Type.Literal('message'), at: Time, message: Message }),
  Type.Object({
    kind: Type.Literal('session'),
    at: Time,
    sessionId: SessionId,
    change: Type.Enum(['StatusChanged', 'OwnerChanged']),
    from: Nullable(Type.String({ description: 'The status, or the name of the owner' })),
    to: Nullable(Type.String({ description: 'The status, or the name of the owner' })),
    actorType: Type.Enum([...endedBys]),
    actor: Nullable(Type.String({ description: 'Name of the operator or API key; null: the person, or Muster itself' })),
  }),
  Type.Object({ kind: Type.Literal('consent'), at: Time, event: ConsentEvent }),
])
export type ConversationEntry = Static<typeof ConversationEntry>

/** Newest first; `nextCursor` leads to older ones. */
export const EntryQuery = Strict({ ...PageQuery })
