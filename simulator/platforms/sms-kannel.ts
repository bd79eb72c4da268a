import { createHash } from 'node:crypto'
import { inventedDigits, inventedHex } from '../invented.ts'
import type { Act, Outgoing, Platform, PlayedChannel, ReceiptStatus, WireRequest } from '../platform.ts'
import { epoch, uuidOf } from '../wire.ts'

/** The discard port: nobody listens there. */
const NOBODY = 9

/** SMS through a Kannel gateway: both what it calls and, on this machine, what it is called at. */
export const smsKannel: Platform = {
  type: 'sms-kannel',
  acts: ['says'],
  invent: () => ({
    secret: inventedHex(32), ...settings(undefined), username: 'simulator', password: inventedHex(16), phoneNumber: inventedDigits('1####'),
  }),
  request: (act: Act, channel) => call(channel, {
    id: uuidOf(act.id), from: act.person.phone, to: String(channel.config.phoneNumber), time: String(epoch(act.at)),
  }, act.kind === 'says' ? act.text : ''),
  ofOutgoing: 'The simulator takes what Muster sends; it tells what becomes of it if PUBLIC_URL is set, as Kannel must know whom to tell.',
  outbound: {
    settings,
    read: ({ headers }) => {
      const to = headers['x-kannel-to']
      if (typeof to !== 'string') return undefined
      const report = headers['x-kannel-dlr-url']
      return { to, id: typeof report === 'string' ? new URLSearchParams(report.split('?')[1]).get('message') ?? undefined : undefined }
    },
    answer: () => ({ status: 202, contentType: 'text/plain', body: '0: Accepted for delivery' }),
    receipt,
  },
}

function settings(port = NOBODY): { sendUrl: string } {
  return { sendUrl: `http://127.0.0.1:${port}/cgi-bin/sendsms` }
}

/** Kannel knows of no reading. */
function receipt({ id: message, to }: Outgoing & { id: string }, status: ReceiptStatus, channel: PlayedChannel, now: Date): WireRequest | undefined {
  if (status === 'read') return undefined
  const id = uuidOf(createHash('sha256').update(`${message} ${status}`).digest('hex').slice(0, 32))
  const [bit, reply] = status === 'delivered' ? ['1', 'ACK/'] : ['2', 'NACK/69']
  return call(channel, { message, id, from: to, to: String(channel.config.phoneNumber), time: String(epoch(now)), status: bit, reply })
}

/** What proves Kannel is the secret in the address, and nothing else. */
function call(channel: PlayedChannel, fields: Record<string, string>, text?: string): WireRequest {
  const query = new URLSearchParams({ secret: String(channel.config.secret), ...fields })
  return {
    method: 'POST', path: `/webhooks/${channel.id}?${query}`, body: text ?? '',
    headers: { 'user-agent': 'Kannel/1.4.5', ...(text !== undefined && { 'content-type': 'text/plain; charset="UTF-8"' }) },
  }
}
