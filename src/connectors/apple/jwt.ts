import { isObject } from '../reading.ts'
import { hmac, sameText } from '../signature.ts'

/** The secret is shown in base64; its bytes are the key. */
const keyOf = (secret: string) => Buffer.from(secret, 'base64')
const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** A JSON Web Token (RFC 7519), signed with HS256. */
export function jwtOf(claims: object, secret: string): string {
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(claims)}`
  return `${signed}.${hmac('sha256', keyOf(secret), signed, 'base64url')}`
}

/** The claims of a token, if its signature is right; a text says why not. No other algorithm than HS256 is taken, whatever the token says. */
export function claimsOf(token: string, secret: string): Record<string, unknown> | string {
  const [header = '', claims = '', signature = '', ...more] = token.split('.')
  if (more.length > 0 || objectOf(header)?.alg !== 'HS256') return 'The JWT is not signed with HS256'
  if (!sameText(signature, hmac('sha256', keyOf(secret), `${header}.${claims}`, 'base64url'))) {
    return 'The JWT’s signature does not match: is the secret right?'
  }
  return objectOf(claims) ?? 'The JWT’s claims are not an object'
}

function objectOf(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
