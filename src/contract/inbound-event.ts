// What a connector understood from a webhook: the only thing that may change the record.

import type { ConsentStatus } from './consent.ts'

/**
 * One identifier of a messaging user, byte for byte as the platform sent it.
 * `kind` names what it is on that platform, e.g. `phone`, `guest`, `user_id`.
 */
export interface Identifier {
  kind: string
  key: string
}

/**
 * Who an event is about. `key` becomes the platform key if this is a first contact; `aliases` are further identifiers of the
 * same person on this channel. Any of them finds an existing record, `key` first and then the aliases in their order.
 */
export interface UserReference {
  key: Identifier
  aliases?: Identifier[]
  /** Names a person chose (a username): recorded as aliases, never used to find a record, because they move between people. */
  handles?: Identifier[]
}

/** What the platform says about the person. Only what it sent; no guesses. */
export interface Profile {
  name?: string
  /** What a person would recognise: the phone number in E.164, a username. */
  externalId?: string
  locale?: string
  language?: string
  isoCountryCode?: string
  profilePictureUrl?: string
}

/** `type` is `text`, `image`, `audio`, `video`, `document`, `sticker`, `location`, `contacts`, `reaction`, `interactive` or `other`. */
export interface MessageContent {
  /** The platform's id of the message, unique within the channel. */
  id: string
  type: string
  text?: string
  /** Structured parts as the platform sent them, for whatever is not plain text. */
  content?: unknown
  /** Files that came with it, in their order. */
  attachments?: AttachmentPart[]
  replyToId?: string
}

export const attachmentKinds = ['image', 'audio', 'video', 'file', 'sticker'] as const

/** A file of a message, and how its platform is asked for it: by an id, an address or both. The rest is what the platform says of it. */
export interface AttachmentPart {
  kind: (typeof attachmentKinds)[number]
  platformId?: string
  url?: string
  /** MIME type. */
  mediaType?: string
  fileName?: string
  /** In bytes. */
  size?: number
  /** The platform keeps it for a short time only: it is fetched soon after it came, and not when somebody opens it. */
  expires?: boolean
}

/** A message from before the channel was connected. */
export interface HistoricMessage extends MessageContent {
  direction: 'inbound' | 'outbound'
  sentAt: Date
}

interface EventBase {
  /** The platform's id of this event, unique within the channel; redelivery repeats it. */
  eventId: string
  /** The platform's own time. */
  occurredAt: Date
  /** The business's address the event is for, where one callback serves many channels (`channels.account_key`). */
  account?: string
}

interface UserEvent extends EventBase {
  user: UserReference
  profile?: Profile
}

export type DeliveryStatus = 'sent' | 'delivered' | 'read' | 'failed'

/** What an opt-out told by a platform covers: everything, or what is sent for marketing alone. */
export type OptOutPurpose = 'all' | 'marketing'

export type InboundEvent =
  /** `keyword`: the platform or carrier took the message for one, acted on it and has answered it itself. */
  | (UserEvent & {
    kind: 'message.received'; message: MessageContent; keyword?: 'optIn' | 'optOut' | 'help'
    /** Another app of the business has the conversation: what was said counts, and Muster does not answer it by itself. */
    answeredElsewhere?: true
  })
  /** An echo of what the business said through another tool. */
  | (UserEvent & { kind: 'message.sent'; message: MessageContent })
  | (UserEvent & { kind: 'message.status'; messageId: string; status: DeliveryStatus; error?: { code: string; title: string; optedOut?: OptOutPurpose } })
  /** All that the business said until then has arrived, or was read; the platform names no message. */
  | (UserEvent & { kind: 'messages.status'; status: 'delivered' | 'read'; until: Date })
  | (UserEvent & { kind: 'message.edited'; messageId: string; text: string })
  | (UserEvent & { kind: 'message.deleted'; messageId: string })
  | (UserEvent & { kind: 'user.renamed'; profile: Profile })
  /** The person's identifiers changed: whoever holds one of `previous` is from now on reached at `user`. */
  | (UserEvent & { kind: 'user.readdressed'; previous: Identifier[] })
  /** The person changed their consent at the platform, or with a system that asked them. */
  | (UserEvent & { kind: 'consent.changed'; status: ConsentStatus; purpose: OptOutPurpose; words?: string })
  /** The person closed the conversation. */
  | (UserEvent & { kind: 'session.closed' })
  /**
   * At least one earlier message, from before the channel was connected. They are recorded as they were said, in a session that is over;
   * nothing else follows from them.
   */
  | (UserEvent & { kind: 'history.imported'; messages: HistoricMessage[] })
  /** The person is writing, or has stopped. Told to who looks at that moment, and not recorded. */
  | (UserEvent & { kind: 'typing'; isTyping: boolean })
  /** Understood to be something, but nothing the record can use yet. Kept as a reject with its payload, never dropped. */
  | (EventBase & { kind: 'unsupported'; reason: string; payload: unknown })
