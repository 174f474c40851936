import { randomUUID } from 'node:crypto'
import { publicId } from '@portico/protocol'
import type { Logger } from 'pino'
import type { OAuth2Settings } from '../channel-types/oauth2.ts'
import { additionalDataOfToken, type GrantField, grantRow } from '../channels/grants.ts'
import type { Database } from '../db/database.ts'
import { StorageFull, StorageUnavailable } from '../db/failures.ts'
import type { Bus } from '../events/bus.ts'
import { clientOf } from './client.ts'
import { type OAuthDeps, requestWithLogin } from './obtain.ts'
import { requestTokens, type TokenResult } from './tokens.ts'

export interface RenewalDeps extends OAuthDeps {
  db: Database
  bus: Pick<Bus, 'eventsCommitted'>
  log: Pick<Logger, 'info' | 'error'>
}

interface GrantKey {
  companyId: number
  grantId: number
}

interface ClaimedRow {
  channel_type_id: number
  sealed_refresh_token: Buffer | null
  sealed_login: Buffer | null
  generation: number
  failures: number
  expired: boolean
  was_interrupted: boolean
}

const POLL_MS = 2_000
const MAX_AT_ONCE = 16
const STORE_RETRY_MS = 500
/** A hub gives up storing the tokens that it got after this time. */
const STORE_DEADLINE_MS = 300_000

/** Seconds until it is tried again, by how often it failed; then every half hour. */
const retryDelaysSeconds = [5, 15, 60, 300, 900, 1_800]

/**
 * Renews tokens that are about to expire or were refused. `tokenRefused` says that a channel's server did not take a token; `stop`
 * waits for renewals in flight, because their answer holds the next refresh token.
 */
export function startRenewals(deps: RenewalDeps) {
  const underWay = new Map<string, Promise<void>>()
  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  let polling: Promise<void> = Promise.resolve()

  const poll = () => {
    clearTimeout(timer)
    polling = begin().catch(report).finally(plan)
  }
  const plan = () => {
    if (!isStopping) timer = setTimeout(poll, POLL_MS)
  }
  const begin = async () => {
    const due = await deps.db.query<{ company_id: number; grant_id: number }>(
      'due_renewals',
      'select company_id, grant_id from due_renewals($1)',
      [MAX_AT_ONCE + underWay.size],
    )
    for (const row of due) start({ companyId: row.company_id, grantId: row.grant_id })
  }
  const start = (key: GrantKey) => {
    const name = `${key.companyId} ${key.grantId}`
    if (isStopping || underWay.has(name) || underWay.size >= MAX_AT_ONCE) return
    const work = renew(deps, key, () => isStopping).catch(report)
    underWay.set(
      name,
      work.finally(() => underWay.delete(name)).then(() => {}),
    )
  }
  // that the database cannot be reached is reported by the readiness check
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) deps.log.error({ err: error }, 'token renewal failed')
  }

  poll()
  return {
    async tokenRefused({ companyId, grantId, generation }: GrantKey & { generation: number }): Promise<void> {
      const [row] = await deps.db.query<{ is_due: boolean }>(
        'refuse_token',
        'select refuse_token($1, $2, $3) as is_due',
        [companyId, grantId, generation],
      )
      if (row?.is_due) start({ companyId, grantId })
    },
    async stop(): Promise<void> {
      isStopping = true
      clearTimeout(timer)
      await polling
      clearTimeout(timer)
      await Promise.all(underWay.values())
    },
  }
}

/** One renewal, when this hub gets the claim. */
async function renew(deps: RenewalDeps, key: GrantKey, isStopping: () => boolean): Promise<void> {
  const claim = randomUUID()
  const [row] = await deps.db.query<ClaimedRow>('claim_renewal', 'select * from claim_renewal($1, $2, $3)', [
    key.companyId,
    key.grantId,
    claim,
  ])
  if (!row) return
  const result = await requestNewTokens(deps, key, row).catch((error): TokenResult => {
    deps.log.error({ err: error, company_id: key.companyId }, 'token renewal failed')
    return { kind: 'failed', message: 'Portico could not ask for a new token, because of an internal error.' }
  })
  const since = performance.now()
  for (;;) {
    try {
      return await store(deps, key, row, claim, result)
    } catch (error) {
      const isAway = error instanceof StorageUnavailable || error instanceof StorageFull
      const isOver = performance.now() - since > STORE_DEADLINE_MS || isStopping()
      if (!isAway || isOver) throw error
      await new Promise((resolve) => setTimeout(resolve, STORE_RETRY_MS))
    }
  }
}

async function requestNewTokens(
  deps: RenewalDeps,
  { companyId, grantId }: GrantKey,
  row: ClaimedRow,
): Promise<TokenResult> {
  const { db, sealer, allow } = deps
  const open = (field: GrantField, sealed: Buffer | null) =>
    sealed && sealer.open(sealed, additionalDataOfToken(companyId, grantId, field))
  const refreshToken = open('sealed_refresh_token', row.sealed_refresh_token)
  const login = open('sealed_login', row.sealed_login)
  const [type] = await db.query<{ oauth2: OAuth2Settings }>(
    'oauth2_of_type',
    'select oauth2 from channel_types where company_id = $1 and id = $2',
    [companyId, row.channel_type_id],
  )
  if (!type) throw new Error(`grant ${grantId} of company ${companyId} has no channel type`)
  const client = await clientOf(db, sealer, companyId, { id: row.channel_type_id, oauth2: type.oauth2 })
  if (refreshToken !== null) return requestTokens(client, { grant: 'refresh_token', refreshToken }, allow)
  if (login !== null) return requestWithLogin(client, JSON.parse(login), type.oauth2.grant === 'password', allow)
  const what = row.expired ? 'The token has expired' : "The channel's server no longer accepts the token"
  return { kind: 'ended', message: `${what}, and the authorization server gave no refresh token.` }
}

async function store(
  { db, sealer, bus, log }: RenewalDeps,
  { companyId, grantId }: GrantKey,
  row: ClaimedRow,
  claim: string,
  result: TokenResult,
): Promise<void> {
  const channels = await channelsOf(db, companyId, grantId)
  if (result.kind === 'tokens') {
    const grant = {
      ...grantRow(sealer, companyId, grantId, { tokens: result.tokens, owner: { id: null, name: null } }),
    }
    await db.query('finish_renewal', 'select finish_renewal($1)', [
      JSON.stringify({ ...grant, generation: row.generation, claim, channels }),
    ])
  } else {
    const { message, again } = failureOf(result, row)
    await db.query('fail_renewal', 'select fail_renewal($1, $2, $3, $4, $5, $6)', [
      ...[companyId, grantId, claim, message],
      again,
      JSON.stringify(channels),
    ])
  }
  log.info({ company_id: companyId, channel_ids: Object.values(channels), result: result.kind }, 'token renewal')
  bus.eventsCommitted(companyId)
}

function failureOf(result: Exclude<TokenResult, { kind: 'tokens' }>, row: ClaimedRow) {
  if (result.kind === 'failed')
    return { message: result.message, again: retryDelaysSeconds[row.failures] ?? retryDelaysSeconds.at(-1) ?? 0 }
  const why = row.was_interrupted ? 'Portico was interrupted while it renewed the token. ' : ''
  return { message: why + result.message, again: null }
}

/** Public ids of the channels of a grant, by number. */
export async function channelsOf(
  db: OAuthDeps['db'],
  companyId: number,
  grantId: number,
): Promise<Record<number, string>> {
  const rows = await db.query<{ id: number }>(
    'channels_of_grant',
    'select id from channels where company_id = $1 and oauth_grant_id = $2 and deleted_at is null',
    [companyId, grantId],
  )
  return Object.fromEntries(rows.map(({ id }) => [id, publicId('cha', companyId, id)]))
}
