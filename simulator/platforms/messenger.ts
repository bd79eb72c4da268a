import { inventedDigits, inventedHex } from '../invented.ts'
import { fromMeta } from '../meta.ts'
import { nowhere, type Act, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'

/** Messenger of a Facebook Page. https://developers.facebook.com/docs/messenger-platform/webhooks */
export const messenger: Platform = {
  type: 'messenger',
  acts: ['says', 'answers', 'receipt', 'edits', 'leaves', 'returns'],
  invent: () => ({ pageId: inventedDigits('1##############'), appSecret: inventedHex(32), verifyToken: inventedHex(24) }),
  request,
  ofOutgoing: nowhere,
}

const mid = (id: string) => `m_${Buffer.from(id, 'hex').toString('base64url')}`

function request(act: Act, channel: PlayedChannel): WireRequest | undefined {
  const psid = { id: act.person.digits.slice(0, 16) }
  const page = { id: String(channel.config.pageId) }
  const said = saidBy(act)
  if (!said) return undefined
  const parties = act.kind === 'answers' ? { sender: page, recipient: psid } : { sender: psid, recipient: page }
  const time = act.at.getTime()
  return fromMeta({ object: 'page', entry: [{ id: page.id, time, messaging: [{ ...parties, timestamp: time, ...said }] }] }, channel)
}

function saidBy(act: Act): object | undefined {
  switch (act.kind) {
    case 'says':
      return { message: { mid: mid(act.id), text: act.text, ...(act.replyTo && { reply_to: { mid: mid(act.replyTo) } }) } }
    case 'answers':
      return { message: { mid: mid(act.id), text: act.text, is_echo: true, app_id: 263902037430900 } }
    case 'edits':
      return { message_edit: { mid: mid(act.of), text: act.text, num_edit: 1 } }
    case 'receipt':
      // That something was read is told by a watermark, for no message in particular.
      return act.status === 'delivered' ? { delivery: { mids: [mid(act.of)], watermark: act.at.getTime() } } : undefined
    case 'leaves':
    case 'returns':
      return {
        optin: {
          type: 'notification_messages', notification_messages_token: act.person.digits, title: 'Offers of the week',
          user_token_status: 'NOT_REFRESHED',
          notification_messages_status: `${act.kind === 'leaves' ? 'STOP' : 'RESUME'} NOTIFICATIONS`,
        },
      }
    default:
      return undefined
  }
}
