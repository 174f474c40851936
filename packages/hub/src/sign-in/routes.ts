import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { refuseForeignPage } from '../http/authenticate.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { clearAttempts, takeAttempt } from './attempts.ts'
import type { Auth } from './auth.ts'
import { Credentials } from './schema.ts'
import { authenticateSession, signIn, signOut } from './sessions.ts'

export interface SignInDeps {
  db: Database
  bus: Bus
  urls: Urls
  auth: Auth
  /** Whether the demo company's one-click sign-in may exist here at all. */
  allowsDemo: boolean
  /** The code that the first admin enters at set-up; null when only this machine can reach the hub. */
  setUpCode: string | null
}

const tags = ['Sign-in']

/** POST /sign_in and /sign_out: thin fronts of better-auth (a Portico extension). */
export function signInRoutes(app: App, { db, bus, urls, auth }: SignInDeps): void {
  app.route({
    method: 'POST',
    url: '/sign_in',
    config: { access: 'public' },
    schema: {
      tags,
      operationId: 'sign-in',
      summary: 'Sign in with e-mail and password; the answer sets the session cookie',
      description:
        'Five attempts a minute for one account from one address, ten from everywhere, then 429 with Retry-After.',
      body: Credentials,
    },
    handler: async (request, reply) => {
      refuseForeignPage(request, urls)
      const { email, password } = request.body
      await takeAttempt(db, email, request.callerAddress)
      await signIn(auth, db, request, reply, email.trim(), password)
      await clearAttempts(db, email, request.callerAddress)
      bus.rightsEnded()
      return reply.code(204).send()
    },
  })
  app.route({
    method: 'POST',
    url: '/sign_out',
    config: { access: 'public' },
    schema: { tags, operationId: 'sign-out', summary: 'End the session' },
    handler: async (request, reply) => {
      refuseForeignPage(request, urls)
      // published only when a session ended: a request without one must not cost the streams anything
      const teammate = await authenticateSession(auth, db, request)
      await signOut(auth, db, request, reply)
      if (teammate) bus.rightsEnded()
      return reply.code(204).send()
    },
  })
}
