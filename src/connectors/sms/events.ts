import type { AttachmentPart, DeliveryStatus, InboundEvent, MessageContent, Profile, UserReference } from '../connector.ts'
import { unsupported } from '../reading.ts'
import { optedOutBy, type Failures } from './failures.ts'

interface Person {
  user: UserReference
  profile: Profile
}

/** Whoever has a number: a phone, a short code, or a name of up to eleven letters. */
export function personOf(number: string, isoCountryCode?: string): Person {
  return {
    user: { key: { kind: 'phone', key: number } },
    profile: { externalId: number, ...(isoCountryCode && /^[A-Z]{2}$/.test(isoCountryCode) && { isoCountryCode }) },
  }
}

const keywords = { STOP: 'optOut', START: 'optIn', HELP: 'help' } as const

/** The kind of keyword for which a provider says that it took a message, acted on it and answered it. */
export function keywordOf(kind: unknown): { keyword?: 'optOut' | 'optIn' | 'help' } {
  return typeof kind === 'string' && Object.hasOwn(keywords, kind) ? { keyword: keywords[kind as keyof typeof keywords] } : {}
}

export interface Media {
  url: string
  /** MIME type; empty where the provider gives none. */
  contentType: string
  fileName?: string
  /** In bytes. */
  size?: number
}

/**
 * What was said: text, pictures and the like, or both. `type` where the provider names it; `expires` where it keeps what came with a
 * message for a short time only.
 */
export function contentOf({ id, text, media, type, replyToId, expires }: {
  id: string; text: string; media: Media[]; type?: string; replyToId?: string; expires?: true
}): MessageContent {
  return {
    id,
    type: type ?? (media[0] ? typeOf(media[0]) : 'text'),
    ...((text || media.length === 0) && { text }),
    ...(media.length > 0 && {
      content: { media }, attachments: media.map(part => ({ ...attachmentOf(part, type), ...(expires && { expires }) })),
    }),
    ...(replyToId && { replyToId }),
  }
}

/** @param type the provider's word for the message, where it has none for the file */
function attachmentOf({ url, contentType, fileName, size }: Media, type = ''): AttachmentPart {
  const kind = (contentType || type).split('/')[0]
  return {
    kind: kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file', url, ...(contentType && { mediaType: contentType }),
    ...(fileName && { fileName }), ...(size !== undefined && { size }),
  }
}

function typeOf({ contentType }: Media): string {
  const kind = contentType.split('/')[0] ?? ''
  if (['image', 'audio', 'video'].includes(kind)) return kind
  return /^text\/(x-)?vcard/.test(contentType) ? 'contacts' : 'document'
}

/** The provider's names for what became of a message; `undefined`: on its way, nothing a person would ask for yet. */
export type Statuses = ReadonlyMap<string, DeliveryStatus | undefined>

interface Receipt extends Person {
  eventId: string
  occurredAt: Date
  account: string
  messageId: string
  /** In the provider's word. */
  status: string
  error?: { code: string; title: string }
}

/** A receipt as an event; none while the message is on its way. `payload` is kept if the status is not known. */
export function receiptEvents({ status: word, error, ...receipt }: Receipt, statuses: Statuses, failures: Failures, payload: unknown): InboundEvent[] {
  if (!statuses.has(word)) return [unsupported(`Message status ${word}`, payload, receipt.occurredAt, receipt.account)]
  const status = statuses.get(word)
  if (!status) return []
  return [{ kind: 'message.status', ...receipt, status, ...(error && { error: { ...error, ...optedOutBy(failures, error.code) } }) }]
}

/** The provider's time, or that of receipt where it is none. */
export function timeOf(text: unknown, receivedAt: Date): Date {
  const time = new Date(typeof text === 'string' ? text : NaN)
  return Number.isNaN(time.getTime()) ? receivedAt : time
}

export const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
