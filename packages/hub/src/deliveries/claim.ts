import { randomUUID } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import { buildRequests, type Head } from './requests.ts'
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
  body: Buffer | Error
  target: Target
}

interface ClaimDeps {
  db: Pick<Database, 'transaction'>
  urls: Urls
  targets: Targets
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
    const built = await buildRequests(
      tx,
      urls,
      companyId,
      heads.filter(({ request_body }) => request_body === null),
    )
    const first = [...built].filter((entry): entry is [number, Buffer] => Buffer.isBuffer(entry[1]))
    await tx.query('start_attempts', 'select start_attempts($1, $2, $3, $4, $5, $6, $7)', [
      companyId,
      claimId,
      LEASE_SECONDS,
      heads.map(({ message_id }) => message_id),
      first.map(([messageId]) => messageId),
      endsOf(first.map(([, body]) => body)),
      Buffer.concat(first.map(([, body]) => body)),
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

function endsOf(bodies: Buffer[]): number[] {
  let end = 0
  return bodies.map((body) => {
    end += body.length
    return end
  })
}
