import { createSecretKey, type KeyObject } from 'node:crypto'
import {
  type Capability,
  type ContactType,
  parsePublicId,
  readChannelToken,
  readTokenSubject,
  type TokenCode,
  type TokenOutcome,
  verifyChannelToken,
} from '@portico/protocol'
import { additionalDataOfSecret } from '../channel-types/secrets.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { ChannelAuth } from '../http/principal.ts'
import type { Sealer } from '../secrets/sealer.ts'

interface Secret {
  id: number
  key: KeyObject
  /** Milliseconds. */
  expiresAt: number
}

interface KnownChannel {
  companyId: number
  channelId: number
  address: string
  contactType: ContactType
  capabilities: Capability[]
  isSingleUse: boolean
  issuers: string[]
  /** Newest first. */
  secrets: Secret[]
  /** The database's clock, in milliseconds. The hub's may be wrong, and single-use tokens expire by the database's. */
  now: () => number
}

interface SecretRow {
  address: string
  contact_type: ContactType
  capabilities: Capability[]
  single_use_tokens: boolean
  uid: string
  numeric_alias: number | null
  channel_type_id: number
  secret_id: number
  sealed: Buffer
  expires_at: Date | null
  now_ms: number
}

/** A cached channel, or a cached miss. Times are monotonic milliseconds. */
interface CachedChannel {
  channel: Promise<KnownChannel | undefined>
  loadedAt: number
  /** The last reload because of a token that did not verify. */
  reloadedAt: number
}

const MAX_CACHED = 20_000
const STALE_AFTER = 15_000
/** The shortest time between reloads of a channel because of a token that does not verify: the secret may be new. */
const RELOAD_AFTER = 1_000

/**
 * Verifies a channel token against the cached channel. Unless `isCheckedLater`, it also checks in the database that the channel
 * exists, the secret is valid and the token unspent; with it, the caller's transaction checks that.
 * Throws invalid_token, token_expired, token_not_yet_valid, token_lifetime_too_long, token_replayed.
 */
export type AuthenticateChannel = (token: string, isCheckedLater?: boolean) => Promise<ChannelAuth>

export interface ChannelTokenDeps {
  db: Pick<Database, 'query'>
  sealer: Pick<Sealer, 'open'>
  observer?: TokenObserver | undefined
}

/** `issuedAt` is the token's `iat`, in seconds; `now` the time by which it was judged, in milliseconds. */
interface SeenToken {
  companyId: number
  channelId: number
  issuedAt: number | undefined
  now: number
}

export type AcceptedToken = SeenToken & { secretId: number }

/** `wrong_issuer`: an invalid_token that the type's secret signed. `issuedAt` is known only where the signature is valid. */
export type RefusedToken = SeenToken & { code: TokenCode | 'wrong_issuer' | 'token_replayed' }

/** Is told of the tokens of channels that exist. */
export interface TokenObserver {
  accepted(token: AcceptedToken): void
  refused(token: RefusedToken): void
}

export function makeAuthenticateChannel({ db, sealer, observer }: ChannelTokenDeps): AuthenticateChannel {
  const cache = new Map<string, CachedChannel>()

  function load(sub: string, reloadedAt: number): CachedChannel {
    const channel = findChannel(db, sealer, sub)
    const loaded = { channel, loadedAt: performance.now(), reloadedAt }
    cache.delete(sub)
    cache.set(sub, loaded)
    channel.catch(() => cache.delete(sub))
    if (cache.size > MAX_CACHED) cache.delete(cache.keys().next().value!)
    return loaded
  }

  function cachedOrLoad(sub: string): CachedChannel {
    const found = cache.get(sub)
    if (!found) return load(sub, Number.NEGATIVE_INFINITY)
    return performance.now() - found.loadedAt < STALE_AFTER ? found : load(sub, found.reloadedAt)
  }

  async function verify(token: string): Promise<ChannelAuth> {
    const sub = readTokenSubject(token)
    if (sub === null || sub.length > 64) throw new ApiError('invalid_token')
    const found = cachedOrLoad(sub)
    let outcome = check(token, sub, await found.channel)
    if (!outcome.auth && outcome.code === 'invalid_token' && performance.now() - found.reloadedAt > RELOAD_AFTER) {
      outcome = check(token, sub, await load(sub, performance.now()).channel)
    }
    const channel = await cachedOrLoad(sub).channel
    if (channel && observer) observe(observer, token, channel, outcome)
    if (!outcome.auth) throw errorFor(outcome, channel?.issuers ?? [])
    return outcome.auth
  }

  return async (token, isCheckedLater = false) => {
    const auth = await verify(token)
    if (!isCheckedLater) await confirmChannelAndSpendToken({ db, observer }, auth)
    return auth
  }
}

function observe(observer: TokenObserver, token: string, channel: KnownChannel, outcome: Check): void {
  const { companyId, channelId } = channel
  const seen = { companyId, channelId, now: channel.now() }
  if (outcome.auth) {
    observer.accepted({ ...seen, secretId: outcome.auth.secretId, issuedAt: outcome.auth.issuedAt })
    return
  }
  const isSigned = outcome.code !== 'invalid_token' || outcome.hasWrongIssuer
  const issuedAt = isSigned ? readChannelToken(token)?.iat : undefined
  observer.refused({ ...seen, code: outcome.hasWrongIssuer ? 'wrong_issuer' : outcome.code, issuedAt })
}

type Check = { auth: ChannelAuth } | ({ auth?: undefined } & Omit<Exclude<TokenOutcome, { ok: true }>, 'ok'>)

function check(token: string, sub: string, channel: KnownChannel | undefined): Check {
  if (!channel) return { code: 'invalid_token' }
  const now = channel.now()
  for (const secret of channel.secrets) {
    if (secret.expiresAt <= now) continue
    const outcome = verifyChannelToken(token, { keys: [secret.key], issuers: channel.issuers, now })
    if (outcome.ok) {
      const { companyId, channelId, address, contactType, capabilities, isSingleUse } = channel
      const { jti, exp, iat } = outcome.claims
      return {
        auth: {
          companyId,
          channelId,
          sub,
          address,
          contactType,
          capabilities,
          secretId: secret.id,
          isSingleUse,
          jti,
          expiresAt: exp,
          issuedAt: iat,
        },
      }
    }
    if (outcome.code !== 'invalid_token' || outcome.hasWrongIssuer) return outcome
  }
  return { code: 'invalid_token' }
}

/** The error of a token. A caller that signed with the type's secret is told which `iss` is expected. */
function errorFor({ code, hasWrongIssuer }: Exclude<Check, { auth: ChannelAuth }>, [uid, alias]: string[]): ApiError {
  if (!hasWrongIssuer) return new ApiError(code)
  const allowed = `"${uid}"${alias === undefined ? '' : ` or ${alias}`}`
  return new ApiError(code, "The token's iss is not the App UID of the channel's type, nor its numeric alias.", [
    `token.iss: must be ${allowed}`,
  ])
}

async function findChannel(
  db: ChannelTokenDeps['db'],
  sealer: ChannelTokenDeps['sealer'],
  sub: string,
): Promise<KnownChannel | undefined> {
  const id = parsePublicId('cha', sub)
  if (!id) return undefined
  const { companyId, number: channelId } = id
  const rows = await db.query<SecretRow>(
    'find_channel_secrets',
    `select c.address, t.contact_type, t.capabilities, t.single_use_tokens, t.uid, t.numeric_alias, t.id as channel_type_id,
       s.id as secret_id, s.sealed, s.expires_at, (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms
     from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     join channel_type_secrets s on s.company_id = t.company_id and s.channel_type_id = t.id
     where c.company_id = $1 and c.id = $2 and c.deleted_at is null and (s.expires_at is null or s.expires_at > now())
     order by s.id desc`,
    [companyId, channelId],
  )
  const [first] = rows
  if (!first) return undefined
  const clockOffset = first.now_ms - performance.now()
  return {
    now: () => clockOffset + performance.now(),
    companyId,
    channelId,
    address: first.address,
    contactType: first.contact_type,
    capabilities: first.capabilities,
    isSingleUse: first.single_use_tokens,
    issuers: first.numeric_alias === null ? [first.uid] : [first.uid, String(first.numeric_alias)],
    secrets: rows.map((row) => ({
      id: row.secret_id,
      key: createSecretKey(sealer.open(row.sealed, additionalDataOfSecret(companyId, row.secret_id)), 'utf8'),
      expiresAt: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    })),
  }
}

/** A single-use token, the input of spend_single_use_tokens (token.sql). */
export interface TokenToSpend {
  /** The index in the batch. */
  i: number
  company_id: number
  channel_id: number
  jti: string
  /** Seconds. */
  exp: number
}

/** Checks in the database that the channel and the secret are valid, and spends a single-use token. Throws invalid_token, token_expired, token_replayed. */
export async function confirmChannelAndSpendToken({ db, observer }: ConfirmDeps, auth: ChannelAuth): Promise<void> {
  const refusal = await confirmAndSpend(db, auth)
  if (refusal === null) return
  observer?.refused(refusedAfterwards(auth, refusal))
  throw new ApiError(refusal)
}

type ConfirmDeps = Pick<ChannelTokenDeps, 'db' | 'observer'>

/** A token that was accepted at first says nothing more of its server's clock. */
export function refusedAfterwards({ companyId, channelId }: ChannelAuth, code: RefusedToken['code']): RefusedToken {
  return { companyId, channelId, code, issuedAt: undefined, now: 0 }
}

async function confirmAndSpend(
  db: ChannelTokenDeps['db'],
  { companyId, channelId, secretId, jti, expiresAt }: ChannelAuth,
): Promise<'invalid_token' | 'token_expired' | 'token_replayed' | null> {
  const [found] = await db.query<{ single_use_tokens: boolean }>(
    'confirm_channel',
    `select t.single_use_tokens from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     join channel_type_secrets s on s.company_id = t.company_id and s.channel_type_id = t.id and s.id = $3
     where c.company_id = $1 and c.id = $2 and c.deleted_at is null and (s.expires_at is null or s.expires_at > now())`,
    [companyId, channelId, secretId],
  )
  if (!found) return 'invalid_token'
  if (!found.single_use_tokens) return null
  const token: TokenToSpend = { i: 0, company_id: companyId, channel_id: channelId, jti, exp: expiresAt }
  const [spent] = await db.query<{ replayed: number[]; expired: number[] }>(
    'spend_single_use_tokens',
    'select replayed, expired from spend_single_use_tokens($1)',
    [JSON.stringify([token])],
  )
  if (spent!.expired.length > 0) return 'token_expired'
  return spent!.replayed.length > 0 ? 'token_replayed' : null
}
