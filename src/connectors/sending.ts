import type { Identifier, OptOutPurpose } from '../contract/inbound-event.ts'
import type { EndedBy, MessageTemplate } from '../contract/sessions.ts'
import { toUuid } from '../ids.ts'

/** A message for a connector to hand to its platform. */
export interface OutgoingMessage {
  /** Muster's own id, `msg_…`: the same for every attempt. */
  id: string
  to: Identifier
  /** Empty for a template. */
  text: string
  /** Instead of text; only for connectors that have `template`, whose shape it has. */
  template?: MessageTemplate
  /** When the business said it. */
  sentAt: Date
  /** The platform's id of the message that is answered. */
  replyToId?: string
  /** Time of this attempt: a connector has no clock. */
  attemptAt: Date
  /** The reply window is over: somebody of the business answers within `agentReplyWindowHours`. */
  isLateAnswer?: boolean
  /** Where the platform can tell what becomes of it; undefined while Muster's public address is not configured. */
  callbackUrl?: string
}

/** Somebody of the business is writing at this moment. */
export interface OutgoingTyping {
  /** Of this moment alone (UUID). */
  id: string
  to: Identifier
  at: Date
  /** The platform's id of what the person said last. */
  lastReceivedId?: string
}

/** What has become of a session, for a platform that is a system of the operator's own. Ids are as on the wire. */
export type SessionNews = { id: string; at: Date; sessionId: string } & (
  | { kind: 'session.ended'; endedBy: EndedBy | null }
  | { kind: 'session.owner-changed'; owner: { id: string; name: string } | null }
)

export interface HttpRequest {
  method: string
  url: string
  headers: Record<string, string>
  /** Empty for GET. */
  body: string
}
export interface HttpAnswer {
  status: number
  /** Names in lower case. */
  headers: Record<string, string | undefined>
  body: string
}
/** One request to a platform. @throws when there is no answer; whoever called `send` takes that for `unavailable`. */
export type Http = (request: HttpRequest) => Promise<HttpAnswer>

/** A message's id as a UUID, for platforms that know repetitions of one by it. */
export const uuidOf = ({ id }: OutgoingMessage): string => toUuid(id)

interface FailureKind {
  /** May the very same attempt succeed later? */
  retry: boolean
  /** Who has to change something: the platform, the person, or the business with its settings and its words. */
  fault: 'platform' | 'person' | 'business'
  /** For the operator. */
  advice: string
}

/** Every way in which sending can fail. */
export const sendFailures = {
  'rate-limited': { retry: true, fault: 'platform', advice: 'The platform takes no more messages for the moment' },
  unavailable: { retry: true, fault: 'platform', advice: 'The platform could not be reached' },
  'opted-out': { retry: false, fault: 'person', advice: 'The person told the platform that they want no such messages' },
  'window-closed': { retry: false, fault: 'person', advice: 'The person has not written for too long to be answered freely' },
  'invalid-recipient': { retry: false, fault: 'person', advice: 'The address cannot get messages on this channel' },
  unreachable: { retry: false, fault: 'person', advice: 'The message cannot be delivered to this person' },
  rejected: { retry: false, fault: 'business', advice: 'The platform refuses this message' },
  misconfigured: { retry: false, fault: 'business', advice: 'The channel’s settings, or its account on the platform, do not allow sending' },
} as const satisfies Record<string, FailureKind>
export type SendFailure = keyof typeof sendFailures

/** Of a failure, `code` is the platform's; `optedOut` says what an opt-out the platform told of covers. */
export type SendResult =
  | { ok: true; messageId: string }
  | { ok: false; failure: SendFailure; code: string | null; detail: string; optedOut?: OptOutPurpose; retryAfterSeconds?: number }

/** A failure that the operator can mend in the channel's settings. */
export const misconfigured = (detail: string): SendResult => ({ ok: false, failure: 'misconfigured', code: null, detail })

/** What an answer's HTTP status says where the platform's own code says nothing. */
export function failureOf(status: number): SendFailure {
  if (status === 429) return 'rate-limited'
  if (status >= 500) return 'unavailable'
  return status === 401 || status === 403 ? 'misconfigured' : 'rejected'
}

/** What a platform that is busy asks for; `Retry-After` as a date is left to our own waits. */
export function retryAfter({ headers }: HttpAnswer): { retryAfterSeconds?: number } {
  const seconds = headers['retry-after']
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? { retryAfterSeconds: Number(seconds) } : {}
}

/** The JSON object of an answer; an empty one when it is none. */
export function objectOf({ body }: HttpAnswer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
  } catch {
    return {}
  }
}
