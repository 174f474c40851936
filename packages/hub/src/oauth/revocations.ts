import type { Logger } from 'pino'
import type { OAuth2Settings } from '../channel-types/oauth2.ts'
import { additionalDataOfToken, type GrantField } from '../channels/grants.ts'
import type { Database, Reader } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import { type Client, clientOf } from './client.ts'
import type { OAuthDeps } from './obtain.ts'
import { postForm } from './post-form.ts'

export interface RevocationDeps extends OAuthDeps {
  db: Database
  log: Pick<Logger, 'info' | 'error'>
}

interface RevocationRow {
  company_id: number
  grant_id: number
  generation: number
  channel_type_id: number
  sealed_access_token: Buffer
  sealed_refresh_token: Buffer | null
  sealed_login: Buffer | null
  attempts: number
}

/** skipped: there was no token to revoke, or no URL any more. failed: by a fault of the hub, which is logged. */
type Result = 'revoked' | 'refused' | 'unreachable' | 'skipped' | 'failed'

const POLL_MS = 2_000
const MAX_AT_ONCE = 8
/** Seconds until it is tried again; then it is given up: the tokens end by themselves. */
const againAfter = [10, 60, 600]

/**
 * Asks authorization servers to end tokens that no channel uses any more (RFC 7009). Nobody waits for it, and nothing depends on it.
 * `stop` waits for requests in flight.
 */
export function startRevocations(deps: RevocationDeps) {
  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  let polling: Promise<void> = Promise.resolve()
  // an absent database is the readiness page's matter
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) deps.log.error({ err: error }, 'revocation of tokens')
  }
  const poll = () => {
    polling = revokeDue(deps)
      .catch(report)
      .finally(() => {
        if (!isStopping) timer = setTimeout(poll, POLL_MS)
      })
  }
  poll()
  return {
    async stop(): Promise<void> {
      isStopping = true
      clearTimeout(timer)
      await polling
      clearTimeout(timer)
    },
  }
}

async function revokeDue(deps: RevocationDeps): Promise<void> {
  const rows = await deps.db.query<RevocationRow>('claim_revocations', 'select * from claim_revocations($1)', [
    MAX_AT_ONCE,
  ])
  await Promise.all(rows.map((row) => revokeOne(deps, row)))
}

async function revokeOne(deps: RevocationDeps, row: RevocationRow): Promise<void> {
  const result = await revoke(deps, row).catch((error): Result => {
    deps.log.error({ err: error, company_id: row.company_id }, 'revocation of a token')
    return 'failed'
  })
  const again = result === 'unreachable' ? (againAfter[row.attempts - 1] ?? null) : null
  await deps.db.query('settle_revocation', 'select settle_revocation($1, $2, $3, $4)', [
    ...[row.company_id, row.grant_id, row.generation],
    again,
  ])
  deps.log.info({ company_id: row.company_id, result, again_seconds: again }, 'token revocation')
}

/** The refresh token first: most servers end the access token with it. */
async function revoke({ db, sealer, allow }: RevocationDeps, row: RevocationRow): Promise<Result> {
  const open = (field: GrantField, sealed: Buffer | null) =>
    sealed && sealer.open(sealed, additionalDataOfToken(row.company_id, row.grant_id, field))
  const client = await clientFor({ db, sealer, allow }, row, open('sealed_login', row.sealed_login))
  // an admin took the URL out of the type meanwhile
  if (client.revocation_url === '') return 'skipped'
  const now = await tokensNow(db, row)
  const inUse = [
    open('sealed_access_token', now.sealed_access_token),
    open('sealed_refresh_token', now.sealed_refresh_token),
  ]
  let result: Result = 'skipped'
  for (const hint of ['refresh_token', 'access_token'] as const) {
    const token = open(`sealed_${hint}`, row[`sealed_${hint}`])
    if (token !== null && !inUse.includes(token)) result = await post(client, token, hint, allow)
    if (result === 'unreachable') return result
  }
  return result
}

type GrantTokens = { [Field in 'sealed_access_token' | 'sealed_refresh_token']: Buffer | null }

/** The grant's current tokens, which must not be revoked: a server may return the same refresh token at a renewal. */
async function tokensNow(db: Reader, { company_id, grant_id }: RevocationRow): Promise<GrantTokens> {
  const [row] = await db.query<GrantTokens>(
    'tokens_of_grant',
    'select sealed_access_token, sealed_refresh_token from oauth_grants where company_id = $1 and id = $2',
    [company_id, grant_id],
  )
  return row ?? { sealed_access_token: null, sealed_refresh_token: null }
}

/** With client_credentials each channel has its own client id and secret. */
async function clientFor({ db, sealer }: OAuthDeps, row: RevocationRow, login: string | null): Promise<Client> {
  const [type] = await db.query<{ oauth2: OAuth2Settings }>(
    'oauth2_of_type',
    'select oauth2 from channel_types where company_id = $1 and id = $2',
    [row.company_id, row.channel_type_id],
  )
  if (!type) throw new Error(`grant ${row.grant_id} of company ${row.company_id} has no channel type`)
  const client = await clientOf(db, sealer, row.company_id, { id: row.channel_type_id, oauth2: type.oauth2 })
  if (type.oauth2.grant !== 'client_credentials' || login === null) return client
  const [id, secret] = JSON.parse(login) as [string, string]
  return { ...client, id, secret }
}

async function post(client: Client, token: string, hint: string, allow: OAuthDeps['allow']): Promise<Result> {
  const fields = { token, token_type_hint: hint }
  const result = await postForm(client, client.revocation_url, fields, allow)
  if (result.kind === 'answer' || isSuccess(result.status)) return 'revoked'
  const isAway = result.status === null || result.status === 429 || result.status >= 500
  return isAway ? 'unreachable' : 'refused'
}

/** The answer needs no body (RFC 7009, 2.2). */
function isSuccess(status: number | null): boolean {
  return status !== null && status >= 200 && status < 300
}
