import { createPrivateKey, createPublicKey, randomBytes, randomInt, type KeyObject } from 'node:crypto'

// Credentials that nobody gave out. A simulated channel can be reached from outside like any other, so they are as hard to guess.

export const inventedHex = (length: number): string => randomBytes(length).toString('hex').slice(0, length)
export const inventedBase64 = (bytes: number): string => randomBytes(bytes).toString('base64')
/** `pattern` with a digit for every `#`. */
export const inventedDigits = (pattern: string): string => pattern.replaceAll('#', () => String(randomInt(10)))

/** PKCS #8 of an Ed25519 key, up to its 32 bytes (RFC 8410). */
const ED25519_PREFIX = '302e020100300506032b657004220420'

export const ed25519Of = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.from(ED25519_PREFIX + seed.toString('hex'), 'hex'), format: 'der', type: 'pkcs8' })
/** The 32 bytes of its public key. */
export const publicBytesOf = (key: KeyObject): Buffer => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
