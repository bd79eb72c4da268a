import type { RawRequest, Verdict } from '../../connector.ts'
import { sameText } from '../../signature.ts'

/** Kannel signs nothing; what proves it is a secret in the address it calls. */
export function verify({ url }: RawRequest, { secret }: { secret: string }): Verdict {
  const [sent, ...more] = URL.parse(url)?.searchParams.getAll('secret') ?? []
  if (sent === undefined || more.length > 0) return { ok: false, reason: 'The address has no secret, or several' }
  return sameText(sent, secret) ? { ok: true } : { ok: false, reason: 'The secret in the address is not this channel’s' }
}
