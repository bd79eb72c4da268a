import { createHmac } from 'node:crypto'

/** A JSON Web Token signed with HS256 (RFC 7519). */
export function jwt(claims: object, key: string | Buffer): string {
  const signed = [{ alg: 'HS256', typ: 'JWT' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}
