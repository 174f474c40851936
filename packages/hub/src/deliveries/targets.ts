import { createSecretKey, type KeyObject } from 'node:crypto'
import { additionalDataOfSecret, otherSecrets, type SealedSecret } from '../channel-types/secrets.ts'
import { additionalDataOfCredential } from '../channels/credentials.ts'
import { additionalDataOfToken } from '../channels/grants.ts'
import type { Reader } from '../db/database.ts'
import type { Credential } from '../outbound-http/signed-headers.ts'
import type { Sealer } from '../secrets/sealer.ts'

/** The target of a channel's deliveries: server, credential, and the limit in flight. */
export interface Target extends Credential {
  url: string
  /** The scheme, host and port of the URL: channels of one server share its capacity. */
  server: string
  connections: number
  idempotent: boolean
  /** Of the secret that signs. */
  secretId: number
  /** The token of an oauth2 channel. */
  token: Token | null
}

interface Token {
  grantId: number
  generation: number
  /** Whether the token is new: another one would be refused as well. */
  isNew: boolean
  /** Whether an admin must authorize the channel again: nothing is sent before. */
  hasEnded: boolean
}

interface TargetRow {
  channel_id: number
  webhook_url: string
  auth_type: Credential['authType']
  is_custom: boolean
  sealed_credential: Buffer | null
  idempotent: boolean
  max_in_flight: number
  secret_id: number
  sealed: Buffer
  other_secrets: SealedSecret[]
  grant_id: number | null
  sealed_access_token: Buffer | null
  generation: number
  is_new: boolean
  has_ended: boolean
}

const MAX_OPENED = 20_000
/**
 * The age from which targets are read again: a changed URL, credential or secret applies by then. A deleted channel is not
 * claimed at once.
 */
const FRESH_MS = 1_000

/** Caches targets for a second, and unseals each secret and each credential only once. */
export class Targets {
  readonly #sealer: Sealer
  readonly #keys = new Map<string, KeyObject>()
  readonly #credentials = new Map<string, string>()
  readonly #known = new Map<string, { target: Target; readAt: number }>()

  constructor(sealer: Sealer) {
    this.#sealer = sealer
  }

  /** The targets of these channels. Throws for one without a signing secret. */
  async of(db: Reader, companyId: number, channelIds: Set<number>): Promise<(channelId: number) => Target> {
    const now = performance.now()
    const stale = [...channelIds].filter(
      (id) => (this.#known.get(`${companyId} ${id}`)?.readAt ?? -FRESH_MS) <= now - FRESH_MS,
    )
    if (stale.length > 0) await this.#read(db, companyId, stale, now)
    return (channelId) => {
      const known = this.#known.get(`${companyId} ${channelId}`)
      if (!known) throw new Error(`channel ${channelId} of company ${companyId} has no secret to sign with`)
      return known.target
    }
  }

  async #read(db: Reader, companyId: number, channelIds: number[], readAt: number): Promise<void> {
    if (this.#known.size >= MAX_OPENED) this.#known.clear()
    const rows = await db.query<TargetRow>(
      'delivery_targets',
      `select c.id as channel_id, c.webhook_url, t.auth_type, t.is_custom, c.sealed_credential, t.idempotent, t.max_in_flight,
         s.id as secret_id, s.sealed, ${otherSecrets}, g.id as grant_id, g.sealed_access_token, g.generation,
         g.obtained_at > now() - least(interval '60 seconds', (g.expires_at - g.obtained_at) / 2) as is_new, g.ended_at is not null as has_ended
       from channels c
       left join oauth_grants g on g.company_id = c.company_id and g.id = c.oauth_grant_id
       join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
       cross join lateral (
         select x.id, x.sealed from channel_type_secrets x
         where x.company_id = c.company_id and x.channel_type_id = c.channel_type_id and not x.pending
         order by x.id desc limit 1
       ) s
       where c.company_id = $1 and c.id = any($2::bigint[])`,
      [companyId, channelIds],
    )
    for (const row of rows) {
      this.#known.set(`${companyId} ${row.channel_id}`, { target: this.#target(companyId, row), readAt })
    }
  }

  #target(companyId: number, row: TargetRow): Target {
    return {
      url: row.webhook_url,
      server: URL.parse(row.webhook_url)?.origin ?? row.webhook_url,
      authType: row.auth_type,
      isCustom: row.is_custom,
      connections: row.max_in_flight,
      idempotent: row.idempotent,
      secretId: row.secret_id,
      secret: this.#key(companyId, row.secret_id, row.sealed),
      otherSecrets: row.other_secrets.map(({ id, sealed }) => this.#key(companyId, id, Buffer.from(sealed, 'hex'))),
      credential: this.#accessToken(companyId, row) ?? this.#credential(companyId, row),
      token: tokenOf(row),
    }
  }

  #accessToken(companyId: number, { grant_id, sealed_access_token: sealed }: TargetRow): string | null {
    if (grant_id === null || sealed === null) return null
    return cached(this.#credentials, sealed.toString('latin1'), () => {
      return this.#sealer.open(sealed, additionalDataOfToken(companyId, grant_id, 'sealed_access_token'))
    })
  }

  #key(companyId: number, id: number, sealed: Buffer): KeyObject {
    return cached(this.#keys, `${companyId} ${id}`, () => {
      return createSecretKey(this.#sealer.open(sealed, additionalDataOfSecret(companyId, id)), 'utf8')
    })
  }

  /** The unsealed credentials by their sealed form, which is unique: a changed credential is another key. */
  #credential(companyId: number, { channel_id, sealed_credential: sealed }: TargetRow): string | null {
    if (sealed === null) return null
    return cached(this.#credentials, sealed.toString('latin1'), () => {
      return this.#sealer.open(sealed, additionalDataOfCredential(companyId, channel_id))
    })
  }
}

function tokenOf({ grant_id, generation, is_new, has_ended }: TargetRow): Token | null {
  return grant_id === null ? null : { grantId: grant_id, generation, isNew: is_new, hasEnded: has_ended }
}

function cached<Value>(cache: Map<string, Value>, key: string, open: () => Value): Value {
  const known = cache.get(key)
  if (known !== undefined) return known
  if (cache.size >= MAX_OPENED) cache.clear()
  const opened = open()
  cache.set(key, opened)
  return opened
}
