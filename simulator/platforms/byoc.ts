import { createHash, createHmac } from 'node:crypto'
import { inventedBase64 } from '../invented.ts'
import type { Act, Outgoing, Platform, PlayedChannel, ReceiptStatus, WireRequest } from '../platform.ts'
import { epoch } from '../wire.ts'

/** A channel of one's own, signed as in Standard Webhooks 1.0. It has an address to send to, so answers arrive. */
export const byoc: Platform = {
  type: 'byoc',
  acts: ['says', 'answers', 'receipt', 'edits', 'deletes', 'leaves', 'returns'],
  invent: () => ({ secret: `whsec_${inventedBase64(32)}` }),
  request: (act, channel, now) => signed([eventOf(act)], act.id, channel, now),
  ofOutgoing: 'The simulator takes what Muster sends, and tells what becomes of it.',
  outbound: {
    settings: port => ({ deliveryUrl: port === undefined ? null : `http://127.0.0.1:${port}/` }),
    read: ({ body }) => {
      const { message, user } = JSON.parse(body) as { message?: { id: string }; user?: { key: string } }
      return message && user && { id: message.id, to: user.key }
    },
    answer: ({ id }) => ({ status: 200, contentType: 'application/json', body: JSON.stringify({ messageId: id }) }),
    receipt,
  },
}

function eventOf(act: Act): object {
  const { person } = act
  const { language, country } = person
  const user = { key: `${person.handle}@example.com`, name: act.name, language, locale: `${language}-${country}`, isoCountryCode: country }
  const frame = { id: act.id, occurredAt: act.at.toISOString(), user }
  switch (act.kind) {
    case 'says':
      return {
        ...frame, type: 'message.received',
        message: { id: act.id, type: 'text', text: act.text, ...(act.replyTo && { replyToId: act.replyTo }) },
      }
    case 'answers':
      return { ...frame, type: 'message.sent', message: { id: act.id, type: 'text', text: act.text } }
    case 'receipt':
      return { ...frame, type: 'message.status', message: { id: act.of }, status: act.status, ...failure(act.status) }
    case 'edits':
      return { ...frame, type: 'message.edited', message: { id: act.of, text: act.text } }
    case 'deletes':
      return { ...frame, type: 'message.deleted', message: { id: act.of } }
    default:
      return { ...frame, type: 'consent.changed', status: act.kind === 'leaves' ? 'OptedOut' : 'ExplicitlyOptedIn', words: 'Preferences in the app' }
  }
}

const failure = (status: ReceiptStatus) => status === 'failed' && { error: { code: 'undeliverable', title: 'The person cannot be reached' } }

function receipt(message: Outgoing & { id: string }, status: ReceiptStatus, channel: PlayedChannel, now: Date): WireRequest {
  const id = createHash('sha256').update(`${message.id} ${status}`).digest('hex').slice(0, 32)
  const about = { user: { key: message.to }, message: { id: message.id } }
  const event = { id, type: 'message.status', occurredAt: now.toISOString(), ...about, status, ...failure(status) }
  return signed([event], id, channel, now)
}

function signed(events: object[], id: string, channel: PlayedChannel, now: Date): WireRequest {
  const body = JSON.stringify({ events })
  const timestamp = String(epoch(now))
  const key = Buffer.from(String(channel.config.secret).replace('whsec_', ''), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    method: 'POST', path: `/webhooks/${channel.id}`, body,
    headers: { 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` },
  }
}
