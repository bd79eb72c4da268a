import { inventedHex } from '../invented.ts'
import type { Act, Person, Platform, PlayedChannel, WireRequest } from '../platform.ts'
import { uuidOf } from '../wire.ts'

/** Guests of a chat that Muster serves, as the client in their browser or app speaks: each is first given an identity. */
const guestChat = (type: string): Platform => ({
  type,
  acts: ['says'],
  invent: () => ({ title: 'Chat with us', welcome: 'Hello! How can we help?', secret: inventedHex(64) }),
  enter: (person, { id }) => ({
    method: 'POST', path: `/chat/v1/${id}/guests`, headers: { ...addressOf(person), 'content-type': 'application/json' }, body: '{}',
  }),
  request,
  ofOutgoing: 'What Muster sends is in the chat at once: nobody has to take it.',
})

export const webChat = guestChat('web-chat')
export const inApp = guestChat('in-app')

function request(act: Act, channel: PlayedChannel, _now: Date, entered?: unknown): WireRequest {
  const { token } = entered as { token: string }
  // Most guests stay without a name.
  const named = act.person.number % 3 === 0 && { name: act.name }
  return {
    method: 'POST', path: `/chat/v1/${channel.id}/messages`,
    headers: { ...addressOf(act.person), 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ id: uuidOf(act.id), text: act.kind === 'says' ? act.text : '', ...named }),
  }
}

/** Every guest has an address of their own, told as a reverse proxy on this machine would: the chat's limits are per address (RFC 2544's range). */
const addressOf = ({ number }: Person) => ({ 'x-forwarded-for': `198.18.${Math.floor(number / 250) % 256}.${1 + (number % 250)}` })
