import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'

/** Compares without telling by its duration where the two differ. */
export function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}

/** `sameBytes` of the UTF-8 bytes. */
export function sameText(a: string, b: string): boolean {
  return sameBytes(Buffer.from(a), Buffer.from(b))
}

/** HMAC of `data` in the given encoding. A string as key or data stands for its UTF-8 bytes. */
export function hmac(
  algorithm: 'sha1' | 'sha256', key: string | Buffer, data: string | Buffer, encoding: 'hex' | 'base64' | 'base64url',
): string {
  // A bare Buffer costs Node six times as much: it tries to read it as a key object first, and throws inside.
  return createHmac(algorithm, typeof key === 'string' ? key : createSecretKey(key)).update(data).digest(encoding)
}
