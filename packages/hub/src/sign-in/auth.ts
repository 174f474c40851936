import { betterAuth } from 'better-auth'
import { createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { PostgresDialect } from 'kysely'
import type pg from 'pg'
import { type CookieSettings, innerCookie } from './session-cookie.ts'

export const MIN_PASSWORD = 8
export const MAX_PASSWORD = 128

export type Auth = ReturnType<typeof makeAuth>

/** `secret` signs the session cookies: the same in every hub process, at least 32 characters. */
export function makeAuth(pool: pg.Pool, settings: CookieSettings, secret: string) {
  return Object.assign(makeBetterAuth(pool, settings.publicUrl, secret), { cookies: settings })
}

/**
 * better-auth, as far as it is in use: e-mail and password, sessions in a cookie. It is called, never mounted: what a
 * request may reach are our own routes, which answer in our envelope. Rate limits are ours too (attempts.ts), because
 * its own count by address only and per process.
 */
function makeBetterAuth(pool: pg.Pool, publicUrl: string, secret: string) {
  return betterAuth({
    baseURL: publicUrl,
    secret,
    database: { dialect: new PostgresDialect({ pool }), type: 'postgres', schemaName: 'directory' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: MAX_PASSWORD,
    },
    user: { modelName: 'users', fields: { emailVerified: 'email_verified', ...times } },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...times,
      },
    },
    account: {
      modelName: 'accounts',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...times,
      },
    },
    verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...times } },
    advanced: {
      useSecureCookies: false,
      cookies: {
        session_token: { name: innerCookie, attributes: { secure: publicUrl.startsWith('https:') } },
      },
      ipAddress: { disableIpTracking: true },
    },
    plugins: [signInUser],
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })
}

const times = { createdAt: 'created_at', updatedAt: 'updated_at' }

const userId = { $Infer: { body: {} as { userId: string } } }

/** Opens a session for a user who is authenticated otherwise: the first admin at set-up, an accepted invitation, the demo. */
const signInUser = {
  id: 'sign-in-user',
  endpoints: {
    signInUser: createAuthEndpoint('/sign-in/user', { method: 'POST', metadata: userId }, async (ctx) => {
      const { userId } = ctx.body
      const user = await ctx.context.internalAdapter.findUserById(userId)
      if (!user) throw new Error('sign-in: the user has gone')
      const session = await ctx.context.internalAdapter.createSession(userId)
      await setSessionCookie(ctx, { session, user })
    }),
  },
}
