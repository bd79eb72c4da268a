import { createHmac } from 'node:crypto'
import { inventedHex } from '../invented.ts'
import { nowhere, type Act, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'

/** A LINE Official Account. https://developers.line.biz/en/reference/messaging-api/#webhooks */
export const line: Platform = {
  type: 'line',
  acts: ['says', 'deletes', 'leaves', 'returns'],
  invent: () => ({ botUserId: `U${inventedHex(32)}`, channelSecret: inventedHex(32) }),
  request,
  ofOutgoing: nowhere,
}

const messageId = (id: string) => BigInt(`0x${id.slice(0, 14)}`).toString()

function request(act: Act, channel: PlayedChannel): WireRequest {
  const { botUserId, channelSecret } = channel.config
  const event = {
    ...saidBy(act), mode: 'active', timestamp: act.at.getTime(), source: { type: 'user', userId: `U${act.person.id}` },
    // A ULID; every hexadecimal digit is one of its letters.
    webhookEventId: `01${act.id.slice(0, 24).toUpperCase()}`, deliveryContext: { isRedelivery: false },
  }
  const body = JSON.stringify({ destination: botUserId, events: [event] })
  return {
    method: 'POST', path: `/webhooks/${channel.id}`, body,
    headers: {
      'content-type': 'application/json; charset=utf-8', 'user-agent': 'LineBotWebhook/2.0',
      'x-line-signature': createHmac('sha256', String(channelSecret)).update(body).digest('base64'),
    },
  }
}

function saidBy(act: Act): object {
  switch (act.kind) {
    case 'says':
      return { type: 'message', replyToken: act.id, message: { type: 'text', id: messageId(act.id), quoteToken: act.id, text: act.text } }
    case 'deletes':
      return { type: 'unsend', unsend: { messageId: messageId(act.of) } }
    case 'returns':
      return { type: 'follow', replyToken: act.id, follow: { isUnblocked: true } }
    default:
      return { type: 'unfollow' }
  }
}
