import { randomUUID } from 'node:crypto'
import { LEASE_SECONDS } from '../db/constants.ts'
import type { Database, Reader } from '../db/database.ts'
import { StorageBusy } from '../db/failures.ts'
import type { Urls } from '../http/urls.ts'
import { type ClaimRow, requestOf } from './requests.ts'
import type { Target, Targets } from './targets.ts'

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

interface ClaimOptions {
  /** Of each of the channels at most so many. */
  most?: number[] | null
  /** Told what may be claimed all the same, when nobody knows whether the transaction was committed. */
  inDoubt?: (claimed: Claimed[]) => void
}

/** Claims what may start now on these channels of one company, and freezes the bytes of first attempts, in one transaction. */
export async function claimDeliveries(
  { db, urls, targets }: ClaimDeps,
  companyId: number,
  channelIds: number[],
  limit: number,
  { most = null, inDoubt = () => {} }: ClaimOptions = {},
): Promise<Claimed[]> {
  const claimId = randomUUID()
  let claimed: Claimed[] = []
  const claiming = db.transaction(async (tx) => {
    const heads = await tx.query<ClaimRow>('claim_heads', 'select * from claim_heads($1, $2, $3, $4)', [
      companyId,
      channelIds,
      most,
      limit,
    ])
    if (heads.length === 0) return
    const claims = await targets.of(tx, companyId, new Set(heads.map(({ channel_id }) => channel_id)))
    claimed = heads.map((head) => ({
      companyId,
      messageId: head.message_id,
      channelId: head.channel_id,
      claimId,
      attempt: head.attempts + 1,
      retries: head.retries,
      body: requestOf(head, companyId, urls),
      target: claims(head.channel_id),
    }))
    const isFirst = (_one: Claimed, i: number) => heads[i]?.request_body === null
    await start(tx, companyId, claimId, claimed, claimed.filter(isFirst))
  })
  await claiming.catch((error) => {
    // one that met somebody's lock was refused, which is no doubt
    if (claimed.length > 0 && !(error instanceof StorageBusy)) inDoubt(claimed)
    throw error
  })
  return claimed
}

async function start(
  tx: Reader,
  companyId: number,
  claimId: string,
  claimed: Claimed[],
  first: Claimed[],
): Promise<void> {
  const built = first.flatMap(({ messageId, body }) => (body instanceof Error ? [] : [{ messageId, body }]))
  let end = 0
  await tx.query('start_attempts', 'select start_attempts($1, $2, $3, $4, $5, $6, $7)', [
    companyId,
    claimId,
    LEASE_SECONDS,
    claimed.map(({ messageId }) => messageId),
    built.map(({ messageId }) => messageId),
    built.map(({ body }) => {
      end += body.length
      return end
    }),
    Buffer.concat(built.map(({ body }) => body)),
  ])
}
