import { randomBytes } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { magicLink } from 'better-auth/plugins/magic-link'
import type { Pool } from 'pg'
import { uuidv7 } from 'uuidv7'
import { deriveKey } from '../record/secrets.ts'

/** For how long a one-time link works. */
const LINK_SECONDS = 3600
const times = { createdAt: 'created_at', updatedAt: 'updated_at' }

export interface AuthOptions {
  pool: Pool
  /** The server's secret, 32 bytes. */
  secret: Buffer
  /** Without a trailing slash. */
  publicUrl: () => string
  /** Where browsers may call from. */
  trustedOrigins: () => string[]
}

/** better-auth on Muster's own tables. `onToken` hears of every one-time link that is made. */
export function createBetterAuth({ pool, secret, publicUrl, trustedOrigins }: AuthOptions, onToken: (token: string) => void) {
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
    advanced: { cookiePrefix: 'muster', database: { generateId: () => uuidv7(), joins: true, validateSchema: false } },
    plugins: [magicLink({
      expiresIn: LINK_SECONDS,
      disableSignUp: true,
      storeToken: 'hashed',
      generateToken: () => randomBytes(32).toString('base64url'),
      sendMagicLink: ({ token }) => onToken(token),
    })],
  })
}
