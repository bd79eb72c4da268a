import type { Identifier } from '../connector.ts'
import { isObject } from '../reading.ts'
import {
  failureOf, misconfigured, objectOf, retryAfter, type Http, type HttpAnswer, type OutgoingMessage, type OutgoingTyping, type SendResult,
} from '../sending.ts'
import { failureOfCode, optedOutBy } from './errors.ts'

export const API = 'https://graph.facebook.com/v23.0'

interface Account {
  phoneNumberId: string
  accessToken?: string
}

/**
 * Sends text or a template. Meta's 200 only means that it was taken; most failures come later, by webhook. There is no key of ours for a message:
 * an attempt whose answer is lost can become two. https://developers.facebook.com/docs/whatsapp/cloud-api/guides/send-messages
 */
export async function send(message: OutgoingMessage, config: Account, http: Http): Promise<SendResult> {
  if (!config.accessToken) return misconfigured('The channel has no access token')
  const answer = await post({
    recipient_type: 'individual',
    ...recipientOf(message.to),
    ...contentOf(message),
    ...(message.replyToId && { context: { message_id: message.replyToId } }),
  }, config, http)
  const { messages, error } = objectOf(answer)
  const first: unknown = Array.isArray(messages) ? messages[0] : undefined
  if (answer.status < 300 && isObject(first) && typeof first.id === 'string') return { ok: true, messageId: first.id }
  return refusalOf(isObject(error) ? error : {}, answer)
}

/**
 * Shows for 25 seconds that somebody is writing, as an answer to what the person said last, which it marks as read.
 * https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators
 */
export async function typing({ lastReceivedId }: OutgoingTyping, config: Account, http: Http): Promise<HttpAnswer | undefined> {
  if (!config.accessToken || !lastReceivedId) return undefined
  return post({ status: 'read', message_id: lastReceivedId, typing_indicator: { type: 'text' } }, config, http)
}

const post = (body: object, { phoneNumberId, accessToken }: Account, http: Http): Promise<HttpAnswer> => http({
  method: 'POST',
  url: `${API}/${phoneNumberId}/messages`,
  headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
  body: JSON.stringify({ messaging_product: 'whatsapp', ...body }),
})

function contentOf({ text, template }: OutgoingMessage) {
  if (!template) return { type: 'text', text: { body: text, preview_url: false } }
  const { name, language, components } = template
  return {
    type: 'template',
    // The reference requires the policy, which has this one value.
    template: { name, language: { policy: 'deterministic', code: language }, ...(components && { components: withTextIndexes(components) }) },
  }
}

/** Where a button stands is a text for Meta; its examples have numbers as well, and so have those who copy them. Cards have buttons of their own. */
const withTextIndexes = (components: unknown[]): unknown[] => components.map(component => (isObject(component) ? {
  ...component,
  ...(typeof component.index === 'number' && { index: String(component.index) }),
  ...(Array.isArray(component.cards) && {
    cards: component.cards.map((card: unknown) => (isObject(card) && Array.isArray(card.components) ? { ...card, components: withTextIndexes(card.components) } : card)),
  }),
} : component))

/** Without the `+`, Meta would put the business's own country code before the number, and somebody else would read it. */
function recipientOf({ kind, key }: Identifier): { to: string } | { recipient: string } {
  return kind === 'bsuid' || kind === 'parent_bsuid' ? { recipient: key } : { to: key.startsWith('+') ? key : `+${key}` }
}

function refusalOf(error: Record<string, unknown>, answer: HttpAnswer): SendResult {
  const code = error.code === undefined ? undefined : String(error.code)
  const details = isObject(error.error_data) ? error.error_data.details : undefined
  return {
    ok: false,
    failure: (code === undefined ? undefined : failureOfCode(code)) ?? failureOf(answer.status),
    code: code ?? null,
    detail: String(details ?? error.message ?? `Meta answered ${answer.status}`),
    ...(code !== undefined && optedOutBy(code)),
    ...retryAfter(answer),
  }
}
