import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

export interface Secrets {
  secret: string
  previousSecret?: string
}

/** While a secret changes there are two. */
export const secretsOf = ({ secret, previousSecret }: Secrets): string[] => [secret, ...(previousSecret ? [previousSecret] : [])]

/** A signature of Standard Webhooks 1.0. @param timestamp seconds since 1970, as in the header */
export function sign(secret: string, id: string, timestamp: string, body: Buffer): string {
  return `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

/** Made ready once: there are as many as channels, and they seldom change. */
const keys = new Map<string, KeyObject>()

function keyOf(secret: string): KeyObject {
  const known = keys.get(secret)
  if (known) return known
  const key = createSecretKey(secret.slice('whsec_'.length), 'base64')
  keys.set(secret, key)
  return key
}
