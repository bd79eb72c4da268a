import { hmac } from '../signature.ts'

export interface Secrets {
  secret: string
  previousSecret?: string
}

/** While a secret changes there are two. */
export const secretsOf = ({ secret, previousSecret }: Secrets): string[] => [secret, ...(previousSecret ? [previousSecret] : [])]

/** A signature of Standard Webhooks 1.0. @param timestamp seconds since 1970, as in the header */
export function sign(secret: string, id: string, timestamp: string, body: Buffer): string {
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  return `v1,${hmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'), signed, 'base64')}`
}
