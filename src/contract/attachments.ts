import { Type, type Static } from 'typebox'
import { Id, Nullable } from './common.ts'
import { attachmentKinds } from './inbound-event.ts'

export const AttachmentId = Id('att', 'Id of an attachment')

/** Waiting: with the platform still, fetched when it is opened. TooLarge and Refused stay there; Gone is nowhere any more. */
const attachmentStates = ['Waiting', 'Stored', 'TooLarge', 'Refused', 'Gone'] as const

/** A file that came with a message. */
export const Attachment = Type.Object({
  id: AttachmentId,
  kind: Type.Enum([...attachmentKinds]),
  mediaType: Nullable(Type.String({ description: 'As the platform says; once stored, as the file itself says' })),
  fileName: Nullable(Type.String()),
  size: Nullable(Type.Integer({ description: 'In bytes' })),
  state: Type.Enum([...attachmentStates]),
  reason: Nullable(Type.String({ description: 'Why it is not stored' })),
})
export type Attachment = Static<typeof Attachment>
