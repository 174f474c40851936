import { createHash, randomBytes } from 'node:crypto'
import type { OAuthType } from '../channel-types/queries.ts'
import { additionalDataOfToken, type NewGrant } from '../channels/grants.ts'
import { drawNumbers } from '../companies/draw-numbers.ts'
import type { Reader } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { TeammatePrincipal } from '../http/principal.ts'
import type { AdditionalData, Sealer } from '../secrets/sealer.ts'

/** An admin on the way to the authorization server and back. */
export interface AuthorizationRow {
  id: number
  channel_type_id: number
  /** Null: a channel is to be added. */
  channel_id: number | null
  inbox_id: number
  name: string
  undo_send_time: number
  sealed_verifier: Buffer
  sealed_tokens: Buffer | null
  oauth_grant_id: number | null
}

type Session = TeammatePrincipal & { sessionId: string }

/** An API token has no browser that could be sent anywhere. */
export function requireSession(principal: TeammatePrincipal): Session {
  if (principal.sessionId === undefined) throw new ApiError('forbidden', 'Only a signed-in teammate can do this.')
  return { ...principal, sessionId: principal.sessionId }
}

interface Beginning {
  type: OAuthType
  channelId: number | null
  inboxId: number
  name: string
  undoSendTime: number
  redirectUri: string
}

/** Stores that the teammate leaves for the authorization server, and gives the URL there. */
export async function beginAuthorization(
  { db, sealer }: { db: Reader; sealer: Sealer },
  by: Session,
  beginning: Beginning,
): Promise<string> {
  const { type, channelId, inboxId, name, undoSendTime, redirectUri } = beginning
  const [state, verifier] = [randomBytes(32).toString('base64url'), randomBytes(32).toString('base64url')]
  const id = await drawNumbers(db, by.companyId, 1)
  await db.query('begin_authorization', 'select begin_authorization($1)', [
    JSON.stringify({
      ...{ company: by.companyId, id, state_hash: sha256(state).toString('hex') },
      ...{ session_id: by.sessionId, teammate: by.teammateId },
      ...{ channel_type: type.id, channel: channelId, inbox: inboxId, name, undo_send_time: undoSendTime },
      verifier: sealer.seal(verifier, additionalDataOf(by.companyId, id, 'sealed_verifier')).toString('hex'),
    }),
  ])
  return authorizeUrl(type, redirectUri, state, verifier)
}

/** RFC 6749, 4.1.1 with PKCE (RFC 7636). What the registered URL has in its query stays. */
function authorizeUrl({ oauth2 }: OAuthType, redirectUri: string, state: string, verifier: string): string {
  const url = new URL(oauth2.authorize_url)
  const parameters = {
    response_type: 'code',
    client_id: oauth2.client_id,
    redirect_uri: redirectUri,
    state,
    code_challenge: sha256(verifier).toString('base64url'),
    code_challenge_method: 'S256',
    ...(oauth2.scopes !== '' && { scope: oauth2.scopes }),
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url.href
}

/** The authorization that this state belongs to, once. Throws authorization_expired. */
export async function takeAuthorization(db: Reader, by: Session, state: string): Promise<AuthorizationRow> {
  const [row] = await db.query<AuthorizationRow>(
    'take_authorization',
    'select * from take_authorization($1, $2, $3, $4)',
    [...[by.companyId, sha256(state), by.teammateId], by.sessionId],
  )
  if (!row) throw new ApiError('authorization_expired')
  return row
}

export function openVerifier(sealer: Sealer, companyId: number, row: AuthorizationRow): string {
  return sealer.open(row.sealed_verifier, additionalDataOf(companyId, row.id, 'sealed_verifier'))
}

/** Keeps the tokens until the admin has chosen an address. */
export async function keepTokens(
  { db, sealer }: { db: Reader; sealer: Sealer },
  companyId: number,
  id: number,
  grant: NewGrant,
): Promise<void> {
  const sealed = sealer.seal(JSON.stringify(grant), additionalDataOf(companyId, id, 'sealed_tokens'))
  await db.query(
    'keep_tokens',
    `update channel_authorizations set sealed_tokens = $3, expires_at = now() + interval '10 minutes' where company_id = $1 and id = $2`,
    [companyId, id, sealed],
  )
}

/** Returns the stored authorization from which this teammate came back, in this session. Throws not_found, authorization_expired. */
export async function requireKept(db: Reader, by: Session, id: number | null): Promise<AuthorizationRow> {
  const [row] = await db.query<AuthorizationRow & { has_expired: boolean }>(
    'kept_authorization',
    `select *, expires_at <= now() or (sealed_tokens is null and oauth_grant_id is null) as has_expired from channel_authorizations
     where company_id = $1 and id = $2 and teammate_id = $3 and session_id = $4 and used_at is not null`,
    [by.companyId, id, by.teammateId, by.sessionId],
  )
  if (!row) throw new ApiError('not_found')
  if (row.has_expired) throw new ApiError('authorization_expired')
  return row
}

export function openTokens(
  sealer: Sealer,
  companyId: number,
  { id, sealed_tokens }: AuthorizationRow,
): NewGrant | null {
  if (sealed_tokens === null) return null
  return JSON.parse(sealer.open(sealed_tokens, additionalDataOf(companyId, id, 'sealed_tokens')))
}

/** The tokens are the grant's from now on. */
export async function handToGrant(db: Reader, companyId: number, id: number, grantId: number): Promise<void> {
  await db.query(
    'hand_to_grant',
    'update channel_authorizations set sealed_tokens = null, oauth_grant_id = $3 where company_id = $1 and id = $2',
    [companyId, id, grantId],
  )
}

/** The access token of a stored grant. Throws authorization_expired when it is gone. */
export async function accessTokenOf(
  { db, sealer }: { db: Reader; sealer: Sealer },
  companyId: number,
  grantId: number,
): Promise<string> {
  const [row] = await db.query<{ sealed: Buffer }>(
    'sealed_access_token',
    'select sealed_access_token as sealed from oauth_grants where company_id = $1 and id = $2',
    [companyId, grantId],
  )
  if (!row) throw new ApiError('authorization_expired')
  return sealer.open(row.sealed, additionalDataOfToken(companyId, grantId, 'sealed_access_token'))
}

function additionalDataOf(companyId: number, id: number, field: string): AdditionalData {
  return { table: 'channel_authorizations', companyId, id, field }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
