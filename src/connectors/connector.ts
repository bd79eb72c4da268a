import type { Static, TObject } from 'typebox'

/** A request exactly as the platform made it. Verification needs the bytes untouched, so nothing is decoded here. */
export interface RawRequest {
  method: string
  /** Absolute public address as the platform called it, query included. Some signatures cover it. */
  url: string
  /** Names in lower case; repeated headers joined with ', '. */
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
}

export interface RawReply {
  status: number
  contentType: string
  body: string
}

/** `reason` is for the operator (log, channel health); the caller only ever sees 401. */
export type Verdict = { ok: true } | { ok: false; reason: string }

/**
 * One identifier of a messaging user, byte for byte as the platform sent it.
 * `kind` names what it is on that platform, e.g. `phone`, `wa_id`, `bsuid`, `parent_bsuid`, `guest`, `user_id`.
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
  replyToId?: string
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

export type InboundEvent =
  | (UserEvent & { kind: 'message.received'; message: MessageContent })
  /** An echo of what the business said through another tool. */
  | (UserEvent & { kind: 'message.sent'; message: MessageContent })
  | (UserEvent & { kind: 'message.status'; messageId: string; status: DeliveryStatus; error?: { code: string; title: string } })
  | (UserEvent & { kind: 'message.edited'; messageId: string; text: string })
  | (UserEvent & { kind: 'message.deleted'; messageId: string })
  | (UserEvent & { kind: 'user.renamed'; profile: Profile })
  /** The person's identifiers changed: whoever holds one of `previous` is from now on reached at `user`. */
  | (UserEvent & { kind: 'user.readdressed'; previous: Identifier[] })
  /** Understood to be something, but nothing the record can use yet. Kept as a reject with its payload, never dropped. */
  | (EventBase & { kind: 'unsupported'; reason: string; payload: unknown })

/** Thrown by `parse` when the whole body cannot be understood. Answered 400 with the message. */
export class UnparseableError extends Error {
  override name = 'UnparseableError'
}

export interface Traits {
  /** May messaging users be created in bulk or by hand? */
  massCreate: boolean
  /** May the business write first? */
  businessInitiated: boolean
  /** Hours after the person's last message in which the business may answer freely. */
  replyWindowHours?: number
  keyKind: 'phone' | 'opaque'
}

/**
 * The code for one platform. A connector is pure: no database, no clock, no network of its own, no other connector.
 * Having an optional function *is* the capability.
 */
export interface Connector<S extends TObject = TObject> {
  /** Stored with every channel, e.g. `whatsapp`. Also the folder's name, with `-` for `/`. */
  type: string
  label: string
  /** The platform family, in the words of Salesforce's `MessageType`: `Text`, `WhatsApp`, `EmbeddedMessaging`, `Custom` … */
  messageType: string
  /**
   * What the operator must give: draws the console form and validates the API. Every property has `title` and `description`;
   * secrets carry `secret: true`, are encrypted at rest and never shown again.
   */
  config: S
  traits: Traits
  /** Does the platform call `/webhooks/:channelId`? False where Muster itself serves the client (web chat). */
  webhook: boolean
  /** Largest body the platform sends, in bytes. Default 1 MiB. */
  maxBodyBytes?: number
  /** Values for properties the operator left out, e.g. a fresh signing secret. */
  defaults?(): Partial<Static<S>>
  /** The business's own address on the platform; events carrying another `account` belong to another channel. */
  accountKey?(config: Static<S>): string
  /** Over the exact bytes and in constant time. Never throws. */
  verify(request: RawRequest, config: Static<S>, now: Date): Verdict
  /** Pure; one request may hold a thousand events. @throws {UnparseableError} when nothing of the body can be used. */
  parse(request: RawRequest): InboundEvent[]
  /** The platform's check of the callback address (GET). `undefined` refuses it. */
  handshake?(request: RawRequest, config: Static<S>): RawReply | undefined
  /** The 200 the platform wants once the events are committed. Default: empty JSON object. */
  acknowledge?: RawReply
}
