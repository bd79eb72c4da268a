import { uuidv7 } from 'uuidv7'
import type { AuthOptions, createBetterAuth } from './better-auth.ts'

export const SIGN_IN_PATH = '/sign-in/link'

export type Auth = ReturnType<typeof createAuth>

/**
 * Operators' sign-in. Everything is made on first use, because with `PORT=0` the public address is only known once
 * the server listens.
 */
export function createAuth(options: AuthOptions) {
  const { pool, publicUrl } = options
  let newestToken = ''
  let instance: Promise<ReturnType<typeof createBetterAuth>> | undefined
  // Imported on first use as well: a server that only takes webhooks and API keys saves a quarter of its memory.
  const auth = () => instance ??= import('./better-auth.ts').then((module) => module.createBetterAuth(options, (token) => { newestToken = token }))

  /** Puts an end to every one-time link that was made. */
  const revokeLinks = () => pool.query("delete from operator_verifications where identifier like 'magic-link:%'")

  /**
   * A fresh one-time link that signs in as the first admin, as long as no admin has a password; undefined afterwards.
   * It works once and for an hour; older ones stop working.
   */
  async function signInLink(): Promise<string | undefined> {
    const { rows } = await pool.query<{ email: string; has_password: boolean }>(`
      select o.email, exists (select 1 from operator_accounts a where a.operator_id = o.id and a.password is not null) as has_password
      from operators o where o.role = 'admin' order by o.created_at`)
    await revokeLinks()
    if (rows.some((row) => row.has_password)) return undefined
    await (await auth()).api.signInMagicLink({ body: { email: rows[0]?.email ?? await createFirstAdmin() }, headers: new Headers() })
    return `${publicUrl()}${SIGN_IN_PATH}?token=${newestToken}`
  }

  /** @returns the e-mail that stands in until the set-up asks for the real one. */
  async function createFirstAdmin(): Promise<string> {
    const email = 'first-admin@muster.invalid'
    await pool.query(`
      insert into operators (id, name, email, email_verified, role) values ($1, 'First admin', $2, true, 'admin') on conflict (email) do nothing`,
    [uuidv7(), email])
    return email
  }

  /** Uses up a one-time link. @returns the session's cookies, or undefined if the link is spent, too old or was never made. */
  async function useLink(token: string, headers: Headers): Promise<string[] | undefined> {
    const response = await (await auth()).api.magicLinkVerify({ query: { token }, headers, asResponse: true })
    return response.ok ? response.headers.getSetCookie() : undefined
  }

  async function readSession(headers: Headers) {
    const { headers: answered, response } = await (await auth()).api.getSession({ headers, returnHeaders: true })
    return response && { operator: response.user, cookies: answered.getSetCookie() }
  }
  const beingRead = new Map<string, ReturnType<typeof readSession>>()

  /**
   * Requests of one page come together: those with the same cookie share the answer while it is on its way, and nothing is kept of it.
   * @returns who the request's cookie belongs to, and cookies to renew.
   */
  function sessionOf(headers: Headers): ReturnType<typeof readSession> {
    const cookie = headers.get('cookie') ?? ''
    const session = beingRead.get(cookie) ?? readSession(headers).finally(() => beingRead.delete(cookie))
    beingRead.set(cookie, session)
    return session
  }

  /** Scrypt, as sign-in expects it in `operator_accounts.password`. */
  const hashPassword = async (password: string) => (await (await auth()).$context).password.hash(password)

  return { handle: async (request: Request) => (await auth()).handler(request), signInLink, useLink, revokeLinks, sessionOf, hashPassword }
}
