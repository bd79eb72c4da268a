import { randomBytes } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { magicLink } from 'better-auth/plugins/magic-link'
import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'
import { deriveKey } from '../record/secrets.ts'

export const SIGN_IN_PATH = '/sign-in/link'
const LINK_SECONDS = 3600
const times = { createdAt: 'created_at', updatedAt: 'updated_at' }

interface AuthOptions {
  pool: Pool
  /** The server's secret, 32 bytes. */
  secret: Buffer
  /** Without a trailing slash. */
  publicUrl: () => string
  /** Where browsers may call from. */
  trustedOrigins: () => string[]
}

function createBetterAuth({ pool, secret, publicUrl, trustedOrigins }: AuthOptions, onToken: (token: string) => void) {
  return betterAuth({
    appName: 'Muster',
    database: pool,
    baseURL: publicUrl(),
    basePath: '/api/auth',
    secret: deriveKey(secret, 'sign-in').toString('hex'),
    trustedOrigins: trustedOrigins(),
    telemetry: { enabled: false },
    // The door limits by itself, see `app.ts`.
    rateLimit: { enabled: false },
    logger: { level: 'error' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    // Links are only made by `signInLink`, and used through SIGN_IN_PATH.
    disabledPaths: ['/sign-in/magic-link', '/magic-link/verify', '/sign-up/email'],
    user: {
      modelName: 'operators',
      fields: { emailVerified: 'email_verified', ...times },
      additionalFields: { role: { type: 'string', input: false, defaultValue: 'viewer' } },
    },
    session: {
      modelName: 'operator_sessions',
      fields: { userId: 'operator_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', ...times },
    },
    account: {
      modelName: 'operator_accounts',
      fields: {
        userId: 'operator_id', providerId: 'provider_id', accountId: 'account_id', accessToken: 'access_token', refreshToken: 'refresh_token',
        idToken: 'id_token', accessTokenExpiresAt: 'access_token_expires_at', refreshTokenExpiresAt: 'refresh_token_expires_at', ...times,
      },
    },
    verification: { modelName: 'operator_verifications', fields: { expiresAt: 'expires_at', ...times } },
    advanced: { cookiePrefix: 'muster', database: { generateId: () => uuidv7(), validateSchema: false } },
    plugins: [magicLink({
      expiresIn: LINK_SECONDS,
      disableSignUp: true,
      storeToken: 'hashed',
      generateToken: () => randomBytes(32).toString('base64url'),
      sendMagicLink: ({ token }) => onToken(token),
    })],
  })
}

export type Auth = ReturnType<typeof createAuth>

/**
 * Operators' sign-in. Everything is made on first use, because with `PORT=0` the public address is only known once
 * the server listens.
 */
export function createAuth(options: AuthOptions) {
  const { pool, publicUrl } = options
  let newestToken = ''
  let instance: ReturnType<typeof createBetterAuth> | undefined
  const auth = () => instance ??= createBetterAuth(options, (token) => { newestToken = token })

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
    await auth().api.signInMagicLink({ body: { email: rows[0]?.email ?? await createFirstAdmin() }, headers: new Headers() })
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
    const response = await auth().api.magicLinkVerify({ query: { token }, headers, asResponse: true })
    return response.ok ? response.headers.getSetCookie() : undefined
  }

  /** @returns who the request's cookie belongs to, and cookies to renew. */
  async function sessionOf(headers: Headers) {
    const { headers: answered, response } = await auth().api.getSession({ headers, returnHeaders: true })
    return response && { operator: response.user, cookies: answered.getSetCookie() }
  }

  /** Scrypt, as sign-in expects it in `operator_accounts.password`. */
  const hashPassword = async (password: string) => (await auth().$context).password.hash(password)

  return { handle: (request: Request) => auth().handler(request), signInLink, useLink, revokeLinks, sessionOf, hashPassword }
}
