import { randomUUID } from 'node:crypto'
import type { Database, Reader } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import { findMessages } from '../messages/queries.ts'
import { messageBody } from './envelope.ts'
import type { Target, Targets } from './targets.ts'

/** Longer than the deadline of a call by more than twice; nobody renews it. */
export const LEASE_SECONDS = 15

/** One delivery that is ours until its lease ends. */
export interface Claimed {
  companyId: number
  messageId: number
  channelId: number
  claimId: string
  /** The number of the attempt that begins now. */
  attempt: number
  retries: number
  /** The frozen bytes. An Error where they could not be built: the delivery then ends without a request. */
  body: string | Error
  target: Target
}

interface ClaimDeps {
  db: Pick<Database, 'transaction'>
  urls: Urls
  targets: Targets
}

interface Head {
  message_id: number
  conversation_id: number
  channel_id: number
  attempts: number
  retries: number
  request_body: string | null
  external_ids: string[]
}

/** Claims what may start now on these channels of one company, and freezes the bytes of first attempts, in one transaction. */
export function claimDeliveries(
  { db, urls, targets }: ClaimDeps,
  companyId: number,
  channelIds: number[],
  limit: number,
): Promise<Claimed[]> {
  const claimId = randomUUID()
  return db.transaction(async (tx) => {
    const heads = await tx.query<Head>('claim_heads', 'select * from claim_heads($1, $2, $3)', [
      companyId,
      channelIds,
      limit,
    ])
    if (heads.length === 0) return []
    const found = await targets.find(tx, companyId, [...new Set(heads.map(({ channel_id }) => channel_id))])
    const built = await buildBodies(
      tx,
      urls,
      companyId,
      heads.filter(({ request_body }) => request_body === null),
    )
    const frozen = heads.map(({ message_id }) => {
      const body = built.get(message_id)
      return { msg: message_id, body: typeof body === 'string' ? body : null }
    })
    await tx.query('start_attempts', 'select start_attempts($1, $2, $3, $4)', [
      companyId,
      claimId,
      LEASE_SECONDS,
      JSON.stringify(frozen),
    ])
    return heads.map((head) => ({
      companyId,
      messageId: head.message_id,
      channelId: head.channel_id,
      claimId,
      attempt: head.attempts + 1,
      retries: head.retries,
      body: head.request_body ?? built.get(head.message_id) ?? new Error('the message is gone'),
      target: requireTarget(found, head.channel_id),
    }))
  })
}

function requireTarget(found: Map<number, Target>, channelId: number): Target {
  const target = found.get(channelId)
  if (!target) throw new Error(`channel ${channelId} has no secret to sign with`)
  return target
}

async function buildBodies(
  tx: Reader,
  urls: Urls,
  companyId: number,
  heads: Head[],
): Promise<Map<number, string | Error>> {
  if (heads.length === 0) return new Map()
  const externalIds = new Map(heads.map((head) => [head.message_id, head.external_ids]))
  const rows = await findMessages(tx, companyId, [...externalIds.keys()])
  return new Map(
    rows.map((row) => [row.id, build(() => messageBody(row, companyId, externalIds.get(row.id) ?? [], urls))]),
  )
}

/** One message that cannot be written down must not hold up the others of its batch. */
function build(body: () => string): string | Error {
  try {
    return body()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
