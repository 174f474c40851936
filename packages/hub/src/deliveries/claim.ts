import { randomUUID } from 'node:crypto'
import type { Database, Reader } from '../db/database.ts'
import { StorageBusy } from '../db/failures.ts'
import type { Urls } from '../http/urls.ts'
import { type PeekRow, requestOf } from './requests.ts'
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
  db: Pick<Database, 'query'>
  urls: Urls
  targets: Targets
}

interface ClaimOptions {
  /** Of each of the channels at most so many. */
  most?: number[] | null
  /** Told what may be claimed all the same, when nobody knows whether the transaction was committed. */
  inDoubt?: (claimed: Claimed[]) => void
  /** Told on which channels something due was left behind. */
  left?: (channelIds: Set<number>) => void
}

/** A delivery that may start, as it was seen without a lock. */
interface Candidate extends Claimed {
  conversationId: number
  /** Its request was built here, and is frozen if it is claimed. */
  isFirst: boolean
}

/**
 * Claims what may start now on these channels of one company, and freezes the bytes of first requests. What is looked for without
 * a lock is a hint; the claim looks again, and only what it answers is sent.
 */
export async function claimDeliveries(
  deps: ClaimDeps,
  companyId: number,
  channelIds: number[],
  limit: number,
  { most = null, inDoubt = () => {}, left = () => {} }: ClaimOptions = {},
): Promise<Claimed[]> {
  const { candidates, beyond } = await peek(deps, companyId, channelIds, most, limit)
  const claimed =
    candidates.length === 0
      ? []
      : await claim(deps.db, companyId, candidates).catch((error) => {
          // one that met somebody's lock was refused, which is no doubt
          if (!(error instanceof StorageBusy)) inDoubt(candidates)
          throw error
        })
  const unclaimed = candidates.length === claimed.length ? [] : candidates.filter((one) => !claimed.includes(one))
  left(new Set([...beyond, ...unclaimed.map(({ channelId }) => channelId)]))
  return claimed
}

async function peek(
  { db, urls, targets }: ClaimDeps,
  companyId: number,
  channelIds: number[],
  most: number[] | null,
  limit: number,
): Promise<{ candidates: Candidate[]; beyond: number[] }> {
  const rows = await db.query<PeekRow>('peek_deliveries', 'select * from peek_deliveries($1, $2, $3, $4)', [
    companyId,
    channelIds,
    most,
    limit,
  ])
  const beyond = rows.filter(({ is_beyond }) => is_beyond).map(({ channel_id }) => channel_id)
  const ready = rows.filter(({ is_beyond }) => !is_beyond)
  if (ready.length === 0) return { candidates: [], beyond }
  const targetOf = await targets.of(db, companyId, new Set(ready.map(({ channel_id }) => channel_id)))
  const claimId = randomUUID()
  const candidates = ready.map((row) => ({
    companyId,
    messageId: row.message_id,
    conversationId: row.conversation_id,
    channelId: row.channel_id,
    claimId,
    attempt: row.attempts + 1,
    retries: row.retries,
    body: requestOf(row, companyId, urls),
    isFirst: row.request_body === null,
    target: targetOf(row.channel_id),
  }))
  return { candidates, beyond }
}

async function claim(db: Reader, companyId: number, candidates: Candidate[]): Promise<Candidate[]> {
  const built = candidates.flatMap(({ messageId, body, isFirst }) =>
    isFirst && !(body instanceof Error) ? [{ messageId, body }] : [],
  )
  let end = 0
  const rows = await db.query<{ message_id: number }>(
    'claim_deliveries',
    'select message_id from claim_deliveries($1, $2, $3, $4, $5, $6, $7, $8, $9) as message_id',
    [
      companyId,
      candidates[0]?.claimId,
      [...new Set(candidates.map(({ channelId }) => channelId))],
      candidates.map(({ conversationId }) => conversationId),
      candidates.map(({ messageId }) => messageId),
      candidates.map(({ attempt }) => attempt - 1),
      built.map(({ messageId }) => messageId),
      built.map(({ body }) => {
        end += body.length
        return end
      }),
      Buffer.concat(built.map(({ body }) => body)),
    ],
  )
  const ours = new Set(rows.map(({ message_id }) => message_id))
  return candidates.filter(({ messageId }) => ours.has(messageId))
}
