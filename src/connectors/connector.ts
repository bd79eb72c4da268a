import type { Static, TObject } from 'typebox'
import type { AttachmentPart, Identifier, InboundEvent, Profile } from '../contract/inbound-event.ts'
import type { Download, FileAnswer, NoFile } from './files.ts'
import type { Http, HttpAnswer, OutgoingMessage, OutgoingTyping, SendResult, SessionNews } from './sending.ts'

export type { AttachmentPart, DeliveryStatus, Identifier, InboundEvent, MessageContent, Profile, UserReference } from '../contract/inbound-event.ts'
export type { Http, OutgoingMessage, SendResult } from './sending.ts'

/** A request exactly as the platform made it. Verification needs the bytes untouched, so nothing is decoded here. */
export interface RawRequest {
  method: string
  /** Absolute public address as the platform called it, query included. Some signatures cover it. */
  url: string
  /** Names in lower case; repeated headers joined with ', '. */
  headers: Readonly<Record<string, string | undefined>>
  body: Buffer
  /** When the door took it in: the time of an event where the platform names none. */
  receivedAt: Date
}

export interface RawReply {
  status: number
  contentType: string
  body: string
}

/** `reason` is for the operator (log, channel health); the caller only ever sees 401. */
export type Verdict = { ok: true } | { ok: false; reason: string }

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
  /** Messages a second that the platform takes on one channel; undefined: it says so itself when there are too many. */
  messagesPerSecond?: number
  /** Does the platform have a standard tier beside the enhanced one? */
  tiers?: boolean
}

/**
 * The code for one platform. A connector is pure: no database, no clock, no network but the `http` it is given, no other connector.
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
  /** Does the platform hand events over by GET as well, all in the address? It then has no handshake. */
  eventsByGet?: boolean
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
  /**
   * Hands one message to the platform. `ok` means that the platform took it, not that it arrived: that is told by webhooks.
   * @throws what `http` throws when there is no answer
   */
  send?(message: OutgoingMessage, config: Static<S>, http: Http): Promise<SendResult>
  /**
   * Hours after the person's last message in which a person of the business, no program, may still answer what it was about (purpose
   * `service`), where the platform allows that beyond the reply window; undefined: not with these settings.
   */
  agentReplyWindowHours?(config: Static<S>): number | undefined
  /**
   * Tells the platform what has become of a session of the person's.
   * @throws what `http` throws when there is no answer
   */
  tell?(news: SessionNews, attempt: { to: Identifier; attemptAt: Date }, config: Static<S>, http: Http): Promise<SendResult>
  /**
   * Shows the person for some seconds that somebody is writing to them. @returns what the platform answered; undefined when it was not
   * asked, for want of a setting or of something to answer. @throws what `http` throws when there is no answer
   */
  typing?(typing: OutgoingTyping, config: Static<S>, http: Http): Promise<HttpAnswer | undefined>
  /** The platform has templates, which reach people outside the reply window as well: the shape of one. `send` understands it. */
  template?: TObject
  /**
   * What the platform tells about a person on request, where its webhooks do not. `undefined` when it tells nothing: common, and no fault.
   * @throws what `http` throws when there is no answer
   */
  fetchProfile?(key: Identifier, config: Static<S>, http: Http): Promise<Profile | undefined>
  /**
   * Asks the platform for a file that came with a message. An answer that is not 2xx is judged by its status.
   * @throws what `http` and `download` throw when there is no answer
   */
  fetchAttachment?(part: AttachmentPart, config: Static<S>, ways: { http: Http; download: Download; now: Date }): Promise<FileAnswer | NoFile>
  /**
   * For mass creation where people are known by phone numbers: the identifiers the platform has for a number in E.164, the one that
   * messages go to first. Without it, a key is whatever the business says.
   */
  keysOfPhone?(e164: string): Identifier[]
  /** The platform's check of the callback address (GET). `undefined` refuses it. */
  handshake?(request: RawRequest, config: Static<S>): RawReply | undefined
  /** For chats that Muster itself serves: who is not known yet gets an identity, and proves it with every request. */
  guests?: {
    create(config: Static<S>): { guestId: string; token: string }
    /** The proven guest's key in the record; undefined when the request proves nobody. */
    keyOf(request: RawRequest, config: Static<S>): string | undefined
  }
  /** The 200 the platform wants once the events are committed. Default: empty JSON object. */
  acknowledge?: RawReply
}

/** The properties of a connector's settings that are encrypted at rest and never shown again. */
export const secretNames = (connector: Pick<Connector, 'config'>): string[] =>
  Object.entries(connector.config.properties).flatMap(([name, schema]) => ('secret' in schema && schema.secret ? [name] : []))
