import { authenticateApiToken } from '../api-tokens/api-tokens.ts'
import type { Database } from '../db/database.ts'
import type { Doors } from '../http/authenticate.ts'
import type { Auth } from './auth.ts'
import { authenticateSession } from './sessions.ts'

/** The three ways to prove who one is: a channel token, an API token, a session. */
export function makeDoors(db: Database, auth: Auth, channel: Doors['channel']): Doors {
  return {
    channel,
    apiToken: (token) => authenticateApiToken(db, token),
    session: (request) => authenticateSession(auth, db, request),
  }
}
