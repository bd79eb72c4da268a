import { createPublicKey, verify as verifySignature } from 'node:crypto'
import type { RawRequest, Verdict } from '../../connector.ts'

/** Requests older or newer than this are refused, as Telnyx's own libraries do; in seconds. */
const TOLERANCE = 300
/** What comes before the 32 bytes of an Ed25519 public key in DER (RFC 8410). */
const SPKI = Buffer.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00)

/**
 * Telnyx signs the timestamp, `|` and the body with the account's Ed25519 key.
 * https://developers.telnyx.com/development/api-fundamentals/webhooks/receiving-webhooks
 */
export function verify({ headers, body }: RawRequest, config: { publicKey: string }, now: Date): Verdict {
  const { 'telnyx-signature-ed25519': signature, 'telnyx-timestamp': timestamp } = headers
  if (!signature || !timestamp) return { ok: false, reason: 'telnyx-signature-ed25519 or telnyx-timestamp is missing' }
  if (!/^\d{1,12}$/.test(timestamp)) return { ok: false, reason: 'telnyx-timestamp is not a number of seconds' }
  if (Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp)) > TOLERANCE) {
    return { ok: false, reason: `telnyx-timestamp is more than ${TOLERANCE} seconds from now` }
  }
  const [key, bytes] = [exactly(32, config.publicKey), exactly(64, signature)]
  if (!key || !bytes) return { ok: false, reason: `${key ? 'telnyx-signature-ed25519' : 'The public key'} is not base64 of the right length` }
  const publicKey = createPublicKey({ key: Buffer.concat([SPKI, key]), format: 'der', type: 'spki' })
  const matches = verifySignature(null, Buffer.concat([Buffer.from(`${timestamp}|`), body]), publicKey, bytes)
  return matches ? { ok: true } : { ok: false, reason: 'telnyx-signature-ed25519 does not match: is the public key this account’s?' }
}

/** The bytes of strict base64, if there are so many. */
function exactly(length: number, base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64')
  return bytes.length === length && bytes.toString('base64') === base64 ? bytes : undefined
}
