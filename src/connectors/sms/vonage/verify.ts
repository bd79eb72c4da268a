import { createHash } from 'node:crypto'
import type { RawRequest, Verdict } from '../../connector.ts'
import { isObject } from '../../reading.ts'
import { hmac, sameText } from '../../signature.ts'

/**
 * In seconds. A token has no end of its own. Vonage repeats a webhook for a day; whoever else repeats one gains nothing, because the
 * token covers the whole body and an event has its effect once.
 */
const AGE_MAX = 86_400
/** In seconds, for clocks that differ. */
const AHEAD_MAX = 300

/** A JWT (HS256) in the header, with the SHA-256 of the body as a claim. https://developer.vonage.com/getting-started/concepts/webhooks */
export function verify({ headers, body }: RawRequest, config: { signatureSecret: string }, now: Date): Verdict {
  const token = /^Bearer (([\w-]+)\.([\w-]+))\.([\w-]+)$/.exec(headers.authorization ?? '')
  if (!token) return { ok: false, reason: 'Authorization with a JWT is missing' }
  const [, signed, header, payload, signature] = token as unknown as [string, string, string, string, string]
  if (partOf(header)?.alg !== 'HS256') return { ok: false, reason: 'The JWT is not signed with HS256' }
  if (!sameText(signature, hmac('sha256', config.signatureSecret, signed, 'base64url'))) {
    return { ok: false, reason: 'The JWT’s signature does not match: is the signature secret right?' }
  }
  const { iat, payload_hash: hash } = partOf(payload) ?? {}
  const age = typeof iat === 'number' ? now.getTime() / 1000 - iat : NaN
  if (!(age <= AGE_MAX && age >= -AHEAD_MAX)) return { ok: false, reason: 'The JWT was not made within the last day' }
  const matches = typeof hash === 'string' && sameText(hash, createHash('sha256').update(body).digest('hex'))
  return matches ? { ok: true } : { ok: false, reason: 'payload_hash does not match the body' }
}

/** The JSON object of a part of a JWT. */
function partOf(base64url: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64url, 'base64url').toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
