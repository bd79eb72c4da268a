import { randomUUID } from 'node:crypto'
import type { ChatGuest } from '../../contract/chat.ts'
import { hmac, sameText } from '../signature.ts'

/** A new anonymous visitor. The token `<guestId>.<signature>` is all that proves who they are later. */
export function newGuest(secret: string): ChatGuest {
  const guestId = randomUUID()
  return { guestId, token: `${guestId}.${hmac('sha256', secret, guestId, 'base64url')}` }
}

/** The guest an `Authorization` header claims to be; undefined when there is none. Nothing is verified. */
export function claimedGuest(authorization: string | undefined): string | undefined {
  return authorization?.match(/^Bearer ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[\w-]{43}$/)?.[1]
}

/** The guest an `Authorization` header proves, in constant time; undefined when it proves nobody. */
export function verifiedGuest(authorization: string | undefined, secret: string): string | undefined {
  const guestId = claimedGuest(authorization)
  if (!guestId || !authorization) return undefined
  return sameText(authorization, `Bearer ${guestId}.${hmac('sha256', secret, guestId, 'base64url')}`) ? guestId : undefined
}

/** How a guest is known in the record. */
export function guestKey(guestId: string): string {
  return `guest:${guestId}`
}
