import { inventedBase64, inventedDigits, inventedHex } from '../invented.ts'
import { nowhere, type Act, type Platform, type PlayedChannel, type WireRequest } from '../platform.ts'
import { epoch, numberOf } from '../wire.ts'

/** A Telegram bot. https://core.telegram.org/bots/api#update */
export const telegram: Platform = {
  type: 'telegram',
  acts: ['says', 'edits', 'leaves', 'returns'],
  invent: () => ({ botToken: `${inventedDigits('7#########')}:${inventedBase64(26).replaceAll(/[+/=]/g, 'A')}`, secretToken: inventedHex(48) }),
  request,
  ofOutgoing: nowhere,
}

function request(act: Act, channel: PlayedChannel): WireRequest {
  // Numbers of updates and of messages; those of a real bot grow.
  const update = { update_id: numberOf(act.id.slice(8)), ...saidBy(act) }
  return {
    method: 'POST', path: `/webhooks/${channel.id}`, body: JSON.stringify(update),
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': String(channel.config.secretToken) },
  }
}

function saidBy(act: Act): object {
  const { person } = act
  const [first, ...rest] = act.name.split(' ')
  const name = {
    first_name: first, ...(rest.length > 0 && { last_name: rest.join(' ') }),
    ...(person.number % 2 === 0 && { username: person.handle.replace('.', '_') }),
  }
  const id = Number(person.digits.slice(0, 10))
  const chat = { id, type: 'private', ...name }
  const from = { id, is_bot: false, ...name, language_code: person.language }
  const date = epoch(act.at)
  switch (act.kind) {
    case 'says':
      return { message: { message_id: numberOf(act.id), from, chat, date, text: act.text } }
    case 'edits':
      return { edited_message: { message_id: numberOf(act.of), from, chat, date, edit_date: date, text: act.text } }
    default: {
      const user = { id: Number(person.digits.slice(0, 9)), is_bot: true, first_name: 'Support' }
      const [before, after] = act.kind === 'leaves' ? ['member', 'kicked'] : ['kicked', 'member']
      return { my_chat_member: { chat, from, date, old_chat_member: { user, status: before }, new_chat_member: { user, status: after } } }
    }
  }
}
