import { isAPIError } from 'better-auth/api'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../db/database.ts'
import { storageFailure } from '../db/failures.ts'
import { byIndex, loaderOf } from '../db/group-commit.ts'
import { ApiError } from '../http/api-error.ts'
import type { TeammatePrincipal } from '../http/principal.ts'
import type { Auth } from './auth.ts'
import { cookieIn, headersFor, moveCookie, passCookies } from './session-cookie.ts'

type Db = Pick<Database, 'query'>

/** The session token of a cookie, once better-auth has verified its signature. */
const genuine = new WeakMap<Auth, Map<string, string>>()
const maxGenuine = 5_000

/**
 * The teammate a browser is signed in as; undefined when it is not, or the teammate is blocked. That a cookie is genuine
 * cannot change, so better-auth is asked once (1.5 ms of CPU); whether its session still lives is asked each time.
 */
export async function authenticateSession(
  auth: Auth,
  db: Database,
  request: FastifyRequest,
): Promise<TeammatePrincipal | undefined> {
  const token = await tokenOf(auth, request)
  return token === undefined ? undefined : holdersOf(db).add(token)
}

async function tokenOf(auth: Auth, request: FastifyRequest): Promise<string | undefined> {
  const cookie = cookieIn(request, auth.cookies)?.value
  if (cookie === undefined) return undefined
  const known = genuine.get(auth) ?? new Map<string, string>()
  genuine.set(auth, known)
  const token = known.get(cookie) ?? (await tokenIn(auth, request))
  if (token === undefined) return undefined
  if (known.size >= maxGenuine) known.clear()
  known.set(cookie, token)
  return token
}

async function tokenIn(auth: Auth, request: FastifyRequest): Promise<string | undefined> {
  const session = await honest(
    auth.api.getSession({ headers: headersFor(request, auth.cookies), query: { disableRefresh: true } }),
  )
  return session?.session.token
}

/** Moves the end of the session on, a day or more after the last time, and a cookie to the name it has now. */
export async function refreshSession(auth: Auth, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { headers } = await honest(
    auth.api.getSession({ headers: headersFor(request, auth.cookies), returnHeaders: true }),
  )
  moveCookie(request, reply, auth.cookies)
  passCookies(headers, reply, auth.cookies)
}

/** Signs in with e-mail and password, in a new session; the browser's previous one ends. Throws sign_in_failed for every cause. */
export async function signIn(
  auth: Auth,
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  email: string,
  password: string,
) {
  const before = await findPassword(db, email)
  const opened = await open(auth, request, email, password)
  if (!(await maySignIn(db, email, before))) {
    await db.query('end_session', 'delete from directory.sessions where token = $1', [opened.response.token])
    throw new ApiError('sign_in_failed')
  }
  await endSession(auth, db, request)
  passCookies(opened.headers, reply, auth.cookies)
}

async function open(auth: Auth, request: FastifyRequest, email: string, password: string) {
  try {
    return await honest(
      auth.api.signInEmail({
        body: { email, password },
        headers: headersFor(request, auth.cookies),
        returnHeaders: true,
      }),
    )
  } catch (error) {
    if (isAPIError(error) && error.statusCode < 500) throw new ApiError('sign_in_failed')
    throw error
  }
}

/** Signs in a teammate who is authenticated otherwise. Throws not_found when they have no sign-in or are blocked. */
export async function signInTeammate(
  auth: Auth,
  db: Db,
  request: FastifyRequest,
  reply: FastifyReply,
  who: TeammateId,
) {
  const userId = await findUserId(db, who)
  if (!userId) throw new ApiError('not_found')
  await endSession(auth, db, request)
  const opening = auth.api.signInUser({
    body: { userId },
    headers: headersFor(request, auth.cookies),
    returnHeaders: true,
  })
  const { headers } = await honest(opening)
  passCookies(headers, reply, auth.cookies)
}

export async function signOut(auth: Auth, db: Db, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await endSession(auth, db, request)
  const { headers } = await honest(
    auth.api.signOut({ headers: headersFor(request, auth.cookies), returnHeaders: true }),
  )
  passCookies(headers, reply, auth.cookies)
}

/** Ends a session in the database directly: better-auth reports success also when the database did not end it. */
async function endSession(auth: Auth, db: Db, request: FastifyRequest): Promise<void> {
  const token = await tokenOf(auth, request)
  if (token !== undefined) await db.query('end_session', 'delete from directory.sessions where token = $1', [token])
}

/** Returns the database error that better-auth wraps into its own. */
async function honest<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw storageFailure(error instanceof Error && error.cause ? error.cause : error)
  }
}

/** The hash of the password that the address signs in with. */
async function findPassword(db: Db, email: string): Promise<string | undefined> {
  const [row] = await db.query<{ password: string }>(
    'find_password',
    `select a.password from directory.users u
     join directory.accounts a on a.user_id = u.id and a.provider_id = 'credential' where u.email = lower($1)`,
    [email],
  )
  return row?.password
}

interface TeammateId {
  companyId: number
  teammateId: number
}

type Holder = { index: number; company_id: number; teammate_id: number; is_admin: boolean; session_id: string }

/** The teammate of a session that lives, by its token. */
const holdersOf = loaderOf<string, TeammatePrincipal | undefined>(async (db, tokens) => {
  const rows = await db.query<Holder>(
    'find_signed_in',
    `select distinct on (q.index) q.index, l.company_id, l.teammate_id, t.is_admin, s.id as session_id
     from unnest($1::text[]) with ordinality q(token, index)
     join directory.sessions s on s.token = q.token
     join directory.sign_ins l on l.user_id = s.user_id
     join teammates t on t.company_id = l.company_id and t.id = l.teammate_id
     where s.expires_at > now() and not t.is_blocked order by q.index, l.company_id`,
    [tokens],
  )
  return byIndex(tokens, rows).map(
    (row) =>
      row && {
        ...{ kind: 'teammate', companyId: row.company_id, teammateId: row.teammate_id },
        ...{ isAdmin: row.is_admin, sessionId: row.session_id },
      },
  )
})

/**
 * Whether the password is unchanged and its teammate may sign in. A new password and a block end existing sessions; the lock
 * waits for one in flight, which may have missed a session opened at the same moment.
 */
async function maySignIn(db: Db, email: string, hash: string | undefined): Promise<boolean> {
  const rows = await db.query(
    'may_sign_in',
    `select from directory.users u
     join directory.accounts a on a.user_id = u.id and a.provider_id = 'credential'
     join directory.sign_ins l on l.user_id = u.id
     join teammates t on t.company_id = l.company_id and t.id = l.teammate_id
     where u.email = lower($1) and a.password = $2 and not t.is_blocked for share of a, t`,
    [email, hash],
  )
  return rows.length > 0
}

async function findUserId(db: Db, { companyId, teammateId }: TeammateId): Promise<string | undefined> {
  const [row] = await db.query<{ user_id: string }>(
    'find_user_id',
    `select s.user_id from directory.sign_ins s
     join teammates t on t.company_id = s.company_id and t.id = s.teammate_id
     where s.company_id = $1 and s.teammate_id = $2 and not t.is_blocked`,
    [companyId, teammateId],
  )
  return row?.user_id
}
