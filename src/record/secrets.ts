import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export type ChannelConfig = Record<string, unknown>

const PREFIX = 'enc1:'
const IV_BYTES = 12
const TAG_BYTES = 16

/** A key of 32 bytes for one purpose, drawn from the server's secret, so that no two uses share one. */
export const deriveKey = (secret: Buffer, purpose: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', `muster ${purpose}`, 32))

/**
 * A channel's settings as they are stored: those named in `secretNames` as `enc1:` and base64 of IV, tag and AES-256-GCM
 * ciphertext. The property's name is authenticated with it, so one secret cannot be put in another's place.
 */
export function encryptConfig(config: ChannelConfig, secretNames: string[], secret: Buffer): ChannelConfig {
  const key = deriveKey(secret, 'channel config')
  return replaced(config, secretNames, (name, value) => {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(name))
    const body = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()])
    return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
  })
}

/** The reverse of `encryptConfig`. @throws {Error} when the server's secret is not the one it was stored with */
export function decryptConfig(config: ChannelConfig, secretNames: string[], secret: Buffer): ChannelConfig {
  const key = deriveKey(secret, 'channel config')
  return replaced(config, secretNames, (name, value) => {
    if (typeof value !== 'string' || !value.startsWith(PREFIX)) throw new Error(`The stored ${name} is not encrypted`)
    const bytes = Buffer.from(value.slice(PREFIX.length), 'base64')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    try {
      return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString())
    } catch (error) {
      throw new Error(`The stored ${name} cannot be decrypted: is this the secret Muster was started with before?`, { cause: error })
    }
  })
}

function replaced(config: ChannelConfig, names: string[], change: (name: string, value: unknown) => unknown): ChannelConfig {
  const present = names.filter((name) => config[name] !== undefined)
  return { ...config, ...Object.fromEntries(present.map((name) => [name, change(name, config[name])])) }
}
