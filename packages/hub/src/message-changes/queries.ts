import type { Capability } from '@portico/protocol'
import type { ChannelKey } from '../channel-callbacks/queries.ts'
import type { Reader } from '../db/database.ts'
import type { MessageChange } from './kind.ts'

export interface ClaimedChange extends MessageChange {
  retries: number
  /** Since when it is pending. */
  age_ms: number
}

/** The result of an attempt, or why there was none. */
export interface SettledChange {
  id: number
  /** The version that was sent. */
  version: number
  outcome: 'done' | 'failed' | 'pending' | 'waiting' | 'dropped'
  delay_ms?: number | null
  pause_ms?: number | null
  error_code?: string | null
  error_message?: string | null
  may_have_arrived?: boolean
}

interface SettledRow {
  id: number
  state: 'done' | 'failed' | 'pending' | 'dropped'
}

export function channelsWithDueChanges(db: Reader, limit: number): Promise<ChannelKey[]> {
  return db.query<ChannelKey>(
    'channels_with_due_changes',
    'select company_id, channel_id from channels_with_due_changes($1)',
    [limit],
  )
}

const changeColumns = 'company_id, id, channel_id, message_id, conversation_id, kind, part, version, retries'

export function claimChanges(
  db: Reader,
  { company_id, channel_id }: ChannelKey,
  claim: { id: string; kinds: string[]; limit: number; leaseSeconds: number },
): Promise<ClaimedChange[]> {
  return db.query<ClaimedChange>(
    'claim_message_changes',
    `select ${changeColumns}, (extract(epoch from now() - since) * 1000)::bigint as age_ms from claim_message_changes($1, $2, $3, $4, $5, $6) order by since, id`,
    [company_id, channel_id, claim.kinds, claim.id, claim.limit, claim.leaseSeconds],
  )
}

export function settleChanges(
  tx: Reader,
  { company_id, channel_id }: ChannelKey,
  claimId: string,
  settled: SettledChange[],
): Promise<SettledRow[]> {
  return tx.query<SettledRow>(
    'settle_message_changes',
    'select id, state from settle_message_changes($1, $2, $3, $4)',
    [company_id, channel_id, claimId, JSON.stringify(settled)],
  )
}

export function decideChanges(
  tx: Reader,
  change: { companyId: number; messageId: number; kind: string },
  verb: 'retry' | 'discard',
  actor: { kind: string; id: number },
): Promise<MessageChange[]> {
  return tx.query<MessageChange>(
    'decide_message_changes',
    `select ${changeColumns} from decide_message_changes($1, $2, $3, $4, $5, $6)`,
    [change.companyId, change.messageId, change.kind, verb, actor.kind, actor.id],
  )
}

/** What decides whether a channel still takes changes. */
export async function channelNow(db: Reader, { company_id, channel_id }: ChannelKey) {
  const [row] = await db.query<{ capabilities: Capability[]; is_deleted: boolean; is_custom: boolean }>(
    'channel_of_changes',
    `select t.capabilities, c.deleted_at is not null as is_deleted, t.is_custom
     from channels c join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     where c.company_id = $1 and c.id = $2`,
    [company_id, channel_id],
  )
  if (!row) throw new Error(`channel ${channel_id} of company ${company_id} has changes and is not there`)
  return row
}
