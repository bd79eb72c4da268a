import { createHash } from 'node:crypto'
import type { RawRequest, Verdict } from '../../connector.ts'
import { hmac, sameText } from '../../signature.ts'
import { fieldsOf, isForm } from './fields.ts'

interface Account {
  accountSid: string
  authToken: string
  previousAuthToken?: string
}

/**
 * Twilio signs the URL followed by the decoded form fields, sorted. Of a JSON body it signs a hash, as the query parameter
 * `bodySHA256` of the URL. https://www.twilio.com/docs/usage/webhooks/webhooks-security
 */
export function verify(request: RawRequest, config: Account): Verdict {
  const signature = request.headers['x-twilio-signature']
  if (!signature) return { ok: false, reason: 'X-Twilio-Signature is missing' }

  const bodyHash = URL.parse(request.url)?.searchParams.get('bodySHA256')
  if (!bodyHash && !isForm(request)) return { ok: false, reason: 'The body is neither a form nor covered by bodySHA256' }
  if (bodyHash && !sameText(bodyHash, createHash('sha256').update(request.body).digest('hex'))) {
    return { ok: false, reason: 'bodySHA256 does not match the body' }
  }
  const signedFields = bodyHash ? '' : signedForm(request.body)
  const tokens = [config.authToken, config.previousAuthToken].filter(token => token !== undefined)
  const expected = urlsOf(request.url).flatMap(url => tokens.map(token => hmac('sha1', token, url + signedFields, 'base64')))
  if (!expected.some(ours => sameText(signature, ours))) {
    return { ok: false, reason: 'X-Twilio-Signature does not match: are auth token and public address right?' }
  }
  return verifyAccount(request, config.accountSid)
}

/** A well signed request of another account: the auth token belongs to an account the operator did not name. */
function verifyAccount(request: RawRequest, accountSid: string): Verdict {
  const sent = fieldsOf(request)?.AccountSid
  if (sent === undefined || sent === accountSid) return { ok: true }
  return { ok: false, reason: `AccountSid is ${sent}, not ${accountSid}` }
}

/** Names in code unit order, each followed by its values without doubles; nothing in between. */
function signedForm(body: Buffer): string {
  const form = new URLSearchParams(body.toString())
  return [...new Set(form.keys())].toSorted()
    .map(name => [...new Set(form.getAll(name))].toSorted().map(value => name + value).join(''))
    .join('')
}

/** Twilio may or may not have written the standard port, and may have escaped more than the caller of our server did. */
function urlsOf(url: string): string[] {
  const normalised = URL.parse(url)?.href ?? url
  return [...new Set([url, normalised].flatMap(address => [withoutPort(address), withPort(address)]))]
}

const ADDRESS = /^(https?:\/\/)(\[[^\]]*\]|[^/?#:]*)(:\d+)?(.*)$/is

function withoutPort(url: string): string {
  return url.replace(ADDRESS, '$1$2$4')
}

function withPort(url: string): string {
  return url.replace(ADDRESS, (whole, scheme: string, host: string, port: string | undefined, rest: string) =>
    port ? whole : `${scheme}${host}:${scheme.toLowerCase() === 'https://' ? 443 : 80}${rest}`)
}
