import { Type } from 'typebox'
import type { Connector, RawRequest, Verdict } from '../connector.ts'
import { claimsOf } from './jwt.ts'
import { fetchAttachment } from './media.ts'
import { parse } from './parse.ts'
import { send, typing } from './send.ts'

const config = Type.Object({
  mspId: Type.String({
    title: 'MSP ID', description: 'Of your Messaging Service Provider account at Apple; not the id of the business',
    minLength: 1, maxLength: 128, pattern: '^\\S+$',
  }),
  businessId: Type.String({
    title: 'Business ID', description: 'Of the business’s Messages account, a UUID as Apple Business Register shows it', pattern: '^[0-9A-Za-z-]{8,64}$',
  }),
  secret: Type.String({
    title: 'API secret', description: 'Of the Messaging Service Provider account, in base64 as Apple shows it',
    secret: true, minLength: 16, maxLength: 512, pattern: '^[A-Za-z0-9+/]+={0,2}$',
  }),
}, { additionalProperties: false })

/** In seconds. A token has no end of its own, and does not cover the body. */
const AGE_MAX = 3600
/** In seconds, for clocks that differ. */
const AHEAD_MAX = 300

/** Apple Messages for Business, as a Messaging Service Provider. */
export const apple: Connector<typeof config> = {
  type: 'apple',
  label: 'Apple Messages for Business',
  messageType: 'AppleBusinessChat',
  config,
  traits: { massCreate: false, businessInitiated: false, keyKind: 'opaque' },
  webhook: true,
  accountKey: config => config.businessId,
  verify,
  parse,
  send,
  typing,
  fetchAttachment,
}

/** A JWT proves who calls, and no more: what the body says is protected by TLS alone. https://register.apple.com/resources/messages/msp-rest-api/common-specs */
function verify({ headers }: RawRequest, config: { mspId: string; secret: string }, now: Date): Verdict {
  const token = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1]
  if (!token) return { ok: false, reason: 'Authorization with a JWT is missing' }
  const claims = claimsOf(token, config.secret)
  if (typeof claims === 'string') return { ok: false, reason: claims }
  const { aud, iat } = claims
  if (![aud].flat().includes(config.mspId)) return { ok: false, reason: 'The JWT is not for this MSP ID' }
  const age = typeof iat === 'number' ? now.getTime() / 1000 - iat : NaN
  if (!(age <= AGE_MAX && age >= -AHEAD_MAX)) return { ok: false, reason: 'The JWT was not made within the last hour' }
  return { ok: true }
}
