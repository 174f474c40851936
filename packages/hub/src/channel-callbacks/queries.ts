import { openSecrets, otherSecrets, type SealedSecret } from '../channel-types/secrets.ts'
import { additionalDataOfCredential } from '../channels/credentials.ts'
import { additionalDataOfToken } from '../channels/grants.ts'
import type { Database } from '../db/database.ts'
import type { Credential } from '../outbound-http/signed-headers.ts'
import type { Sealer } from '../secrets/sealer.ts'

type Reader = Pick<Database, 'query'>

export interface ChannelKey {
  company_id: number
  channel_id: number
}

export interface Callback {
  id: number
  kind: 'message_imported' | 'delete'
  message_id: number | null
  /** The number of attempts, this one included. */
  attempts: number
}

/** The target of a channel's callbacks, with its secret and credential. */
export interface CallbackTarget extends Credential {
  webhookUrl: string
  wants: Record<Callback['kind'], boolean>
}

export function channelsWithDueCallbacks(db: Reader, limit: number): Promise<ChannelKey[]> {
  return db.query<ChannelKey>(
    'channels_with_due_callbacks',
    'select company_id, channel_id from channels_with_due_callbacks($1)',
    [limit],
  )
}

export function claimCallbacks(db: Reader, channel: ChannelKey, claimId: string, limit: number, leaseSeconds: number) {
  return db.query<Callback>(
    'claim_callbacks',
    'select id, kind, message_id, attempts from claim_callbacks($1, $2, $3, $4, $5) order by id',
    [channel.company_id, channel.channel_id, claimId, limit, leaseSeconds],
  )
}

interface SettledCallback {
  id: number
  /** Null: it is done with. */
  again_seconds: number | null
}

export async function settleCallbacks(
  db: Reader,
  channel: ChannelKey,
  claimId: string,
  settled: SettledCallback[],
): Promise<void> {
  await db.query('settle_callbacks', 'select settle_callbacks($1, $2, $3, $4)', [
    channel.company_id,
    channel.channel_id,
    claimId,
    JSON.stringify(settled),
  ])
}

interface TargetRow {
  webhook_url: string
  auth_type: Credential['authType']
  sealed_credential: Buffer | null
  wants_delete: boolean
  wants_message_imported: boolean
  secret_id: number
  sealed: Buffer
  other_secrets: SealedSecret[]
  grant_id: number | null
  sealed_access_token: Buffer | null
}

/** Finds deleted channels too: their delete request is still to be sent. */
export async function findTarget(
  db: Reader,
  sealer: Sealer,
  { company_id, channel_id }: ChannelKey,
): Promise<CallbackTarget> {
  const [row] = await db.query<TargetRow>(
    'find_callback_target',
    `select c.webhook_url, t.auth_type, c.sealed_credential, t.wants_delete,
       t.wants_message_imported and c.deleted_at is null as wants_message_imported,
       s.id as secret_id, s.sealed, ${otherSecrets}, g.id as grant_id, g.sealed_access_token
     from channels c
     left join oauth_grants g on g.company_id = c.company_id and g.id = c.oauth_grant_id
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     join channel_type_secrets s on s.company_id = t.company_id and s.channel_type_id = t.id and not s.pending
     where c.company_id = $1 and c.id = $2 order by s.id desc limit 1`,
    [company_id, channel_id],
  )
  if (!row) throw new Error(`channel ${channel_id} of company ${company_id} has callbacks but no secret`)
  const { sealed_credential: credential, sealed_access_token: token, grant_id: grantId } = row
  const accessToken =
    token && grantId && sealer.open(token, additionalDataOfToken(company_id, grantId, 'sealed_access_token'))
  return {
    webhookUrl: row.webhook_url,
    authType: row.auth_type,
    ...openSecrets(sealer, company_id, row),
    credential:
      accessToken || (credential && sealer.open(credential, additionalDataOfCredential(company_id, channel_id))),
    wants: { delete: row.wants_delete, message_imported: row.wants_message_imported },
  }
}
