import { createSecretKey, type KeyObject } from 'node:crypto'
import {
  type ContactType,
  parsePublicId,
  readChannelToken,
  type TokenOutcome,
  verifyChannelToken,
} from '@portico/protocol'
import { placeOfSecret } from '../channel-types/secrets.ts'
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
  isSingleUse: boolean
  issuers: string[]
  /** Newest first. */
  secrets: Secret[]
  /** The database's clock, in milliseconds. Ours may be wrong, and where tokens are spent, the database's decides. */
  now: () => number
}

interface SecretRow {
  address: string
  contact_type: ContactType
  single_use_tokens: boolean
  uid: string
  numeric_alias: number | null
  channel_type_id: number
  secret_id: number
  sealed: Buffer
  expires_at: Date | null
  now_ms: number
}

/** What this process knows of a channel, or that there is none. Times are monotonic milliseconds. */
interface Known {
  channel: Promise<KnownChannel | undefined>
  lookedAt: number
  /** When a token that did not verify last made us look again. */
  doubtedAt: number
}

const MAX_KNOWN = 20_000
const STALE_AFTER = 15_000
/** A token that does not verify makes us look again, for new secrets, but not more often than this per channel. */
const DOUBT_AFTER = 1_000

/**
 * Verifies a channel token. With `isCheckedLater` by what this process knows of the channel; the caller's
 * transaction then checks channel and secret. Without, the database is asked: is the channel still there, the secret
 * still valid, the token unspent? Throws invalid_token, token_expired, token_not_yet_valid, token_lifetime_too_long, token_replayed.
 */
export type AuthenticateChannel = (token: string, isCheckedLater?: boolean) => Promise<ChannelAuth>

export interface ChannelTokenDeps {
  db: Pick<Database, 'query'>
  sealer: Pick<Sealer, 'open'>
}

export function makeAuthenticateChannel({ db, sealer }: ChannelTokenDeps): AuthenticateChannel {
  const known = new Map<string, Known>()

  function look(sub: string, doubtedAt: number): Known {
    const channel = findChannel(db, sealer, sub)
    const looked = { channel, lookedAt: performance.now(), doubtedAt }
    known.delete(sub)
    known.set(sub, looked)
    channel.catch(() => known.delete(sub))
    if (known.size > MAX_KNOWN) known.delete(known.keys().next().value!)
    return looked
  }

  function recall(sub: string): Known {
    const found = known.get(sub)
    if (!found) return look(sub, Number.NEGATIVE_INFINITY)
    return performance.now() - found.lookedAt < STALE_AFTER ? found : look(sub, found.doubtedAt)
  }

  async function verify(token: string): Promise<ChannelAuth> {
    const sub = readChannelToken(token)?.sub
    if (sub === undefined || sub.length > 64) throw new ApiError('invalid_token')
    const found = recall(sub)
    let verdict = check(token, sub, await found.channel)
    if (!verdict.pass && verdict.code === 'invalid_token' && performance.now() - found.doubtedAt > DOUBT_AFTER) {
      verdict = check(token, sub, await look(sub, performance.now()).channel)
    }
    if (!verdict.pass) throw refusalOf(verdict, (await recall(sub).channel)?.issuers ?? [])
    return verdict.pass
  }

  return async (token, isCheckedLater = false) => {
    const pass = await verify(token)
    if (!isCheckedLater) await confirmChannel(db, pass)
    return pass
  }
}

type Check = { pass: ChannelAuth } | ({ pass?: undefined } & Omit<Exclude<TokenOutcome, { ok: true }>, 'ok'>)

function check(token: string, sub: string, channel: KnownChannel | undefined): Check {
  if (!channel) return { code: 'invalid_token' }
  const now = channel.now()
  for (const secret of channel.secrets) {
    if (secret.expiresAt <= now) continue
    const verdict = verifyChannelToken(token, { keys: [secret.key], issuers: channel.issuers, now })
    if (verdict.ok) {
      const { companyId, channelId, address, contactType, isSingleUse } = channel
      const { jti, exp } = verdict.claims
      return {
        pass: {
          companyId,
          channelId,
          sub,
          address,
          contactType,
          secretId: secret.id,
          isSingleUse,
          jti,
          expiresAt: exp,
        },
      }
    }
    if (verdict.code !== 'invalid_token' || verdict.isForeign) return verdict
  }
  return { code: 'invalid_token' }
}

/** Who has signed with the type's secret may be told what its tokens should say. */
function refusalOf({ code, isForeign }: Exclude<Check, { pass: ChannelAuth }>, [uid, alias]: string[]): ApiError {
  if (!isForeign) return new ApiError(code)
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
    `select c.address, t.contact_type, t.single_use_tokens, t.uid, t.numeric_alias, t.id as channel_type_id,
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
  const ahead = first.now_ms - performance.now()
  return {
    now: () => ahead + performance.now(),
    companyId,
    channelId,
    address: first.address,
    contactType: first.contact_type,
    isSingleUse: first.single_use_tokens,
    issuers: first.numeric_alias === null ? [first.uid] : [first.uid, String(first.numeric_alias)],
    secrets: rows.map((row) => ({
      id: row.secret_id,
      key: createSecretKey(sealer.open(row.sealed, placeOfSecret(companyId, row.secret_id)), 'utf8'),
      expiresAt: row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY,
    })),
  }
}

/** A single-use token, as spend_single_use_tokens (token.sql) takes it. */
export interface SpentToken {
  /** Its index among those that are spent at once. */
  i: number
  company_id: number
  channel_id: number
  jti: string
  /** Seconds. */
  exp: number
}

/** Asks the database, and spends a single-use token: from here on the request is done. Throws invalid_token, token_expired, token_replayed. */
export async function confirmChannel(db: ChannelTokenDeps['db'], pass: ChannelAuth): Promise<void> {
  const { companyId, channelId, secretId, jti, expiresAt } = pass
  const [found] = await db.query<{ single_use_tokens: boolean }>(
    'confirm_channel',
    `select t.single_use_tokens from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     join channel_type_secrets s on s.company_id = t.company_id and s.channel_type_id = t.id and s.id = $3
     where c.company_id = $1 and c.id = $2 and c.deleted_at is null and (s.expires_at is null or s.expires_at > now())`,
    [companyId, channelId, secretId],
  )
  if (!found) throw new ApiError('invalid_token')
  if (!found.single_use_tokens) return
  const token: SpentToken = { i: 0, company_id: companyId, channel_id: channelId, jti, exp: expiresAt }
  const [spent] = await db.query<{ replayed: number[]; expired: number[] }>(
    'spend_single_use_tokens',
    'select replayed, expired from spend_single_use_tokens($1)',
    [JSON.stringify([token])],
  )
  if (spent!.expired.length > 0) throw new ApiError('token_expired')
  if (spent!.replayed.length > 0) throw new ApiError('token_replayed')
}
