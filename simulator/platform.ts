/** Somebody who writes in. The same person on every platform. */
export interface Person {
  /** Counted from 0. */
  number: number
  /** 32 hexadecimal digits, what opaque ids are made of. */
  id: string
  /** Digits, 17 of them. */
  digits: string
  /** As first given; `Act.name` is what it is at the moment. */
  name: string
  /** Latin letters, digits and dots. */
  handle: string
  /** E.164. */
  phone: string
  /** ISO 3166 alpha-2. */
  country: string
  /** ISO 639-1. */
  language: string
}

interface Base {
  person: Person
  /** What the person calls themselves by now. */
  name: string
  /** When it happened; it may be told later. */
  at: Date
  /** 32 hexadecimal digits, of what is said or of the act. */
  id: string
}

/** What people do and platforms tell, before a platform puts it into its own words. `of` is the id of a message. */
export type Act =
  | (Base & { kind: 'says'; text: string; replyTo?: string })
  /** The business answers with a tool other than Muster. */
  | (Base & { kind: 'answers'; text: string })
  | (Base & { kind: 'receipt'; of: string; status: ReceiptStatus })
  | (Base & { kind: 'edits'; of: string; text: string })
  | (Base & { kind: 'deletes'; of: string })
  /** Says no, or yes again, with a button of the platform. */
  | (Base & { kind: 'leaves' })
  | (Base & { kind: 'returns' })

export type ReceiptStatus = 'delivered' | 'read' | 'failed'

/** The channel that is played, its settings in clear. */
export interface PlayedChannel {
  /** `ch_…` */
  id: string
  config: Record<string, unknown>
  /** The webhook's address as the platform knows it: some signatures cover it. */
  webhookUrl: string
  /** 32 bytes that are this Muster's own: private keys are drawn from them. */
  keySeed: Buffer
}

export interface WireRequest {
  method: 'GET' | 'POST'
  /** Below Muster's address, query included. */
  path: string
  headers: Record<string, string>
  /** Not with GET. */
  body?: string | Buffer<ArrayBuffer>
}

/** A message of the business, on its way to somebody. */
export interface Outgoing {
  /** undefined: what becomes of it is not asked for. */
  id: string | undefined
  to: string
}

export interface Platform {
  /** That of the connector. */
  type: string
  /** What there is a word for; other acts do not happen here. */
  acts: readonly Act['kind'][]
  /** Settings of a channel, with credentials that nobody gave out. */
  invent(keySeed: Buffer): Record<string, unknown>
  /** False when the secret that signs is the platform's alone. */
  canSign?(channel: PlayedChannel): boolean
  /** What a person has to ask for before they can write; `request` is given the answer. */
  enter?(person: Person, channel: PlayedChannel): WireRequest
  /** @param now time of sending; @param entered the answer to `enter`, as JSON. @returns undefined where only that kind of act has a word */
  request(act: Act, channel: PlayedChannel, now: Date, entered?: unknown): WireRequest | undefined
  /** What becomes of messages that Muster sends, in words. */
  ofOutgoing: string
  /** Where the channel can be told to send to. */
  outbound?: {
    /** Settings that make Muster send to a port of this machine, or nowhere; null takes a setting away. */
    settings(port: number | undefined): Record<string, string | null>
    /** What was sent; undefined if it is no message. */
    read(request: { headers: Readonly<Record<string, string | string[] | undefined>>; body: string }): Outgoing | undefined
    /** What the platform answers to that. */
    answer(message: Outgoing): { status: number; contentType: string; body: string }
    receipt(message: Outgoing & { id: string }, status: ReceiptStatus, channel: PlayedChannel, now: Date): WireRequest | undefined
  }
}

/** Where no setting says where to send. */
export const nowhere = 'What Muster sends goes nowhere: there is no platform behind a simulated channel, and such messages fail.'
