import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { CLAIM_BYTES } from '../db/constants.ts'
import type { Database, Reader } from '../db/database.ts'
import { StorageBusy, StorageFull } from '../db/failures.ts'
import type { ReadyDelivery } from '../events/bus.ts'
import type { Urls } from '../http/urls.ts'
import { requestOf, type UnsentContent } from '../messages/request.ts'
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
  /** The stored request body. An Error where it could not be built: the delivery then ends without a request. */
  body: Buffer | Error
  target: Target
}

interface ClaimDeps {
  db: Pick<Database, 'query'>
  urls: Urls
  targets: Targets
}

interface ClaimOptions {
  /** Of other channels, what is known to be next already. */
  ready?: ReadyDelivery[]
  /** Of each of the channels at most so many. */
  most?: number[] | null
  /** Told what may be claimed all the same, when nobody knows whether the transaction was committed. */
  inDoubt?: (claimed: Claimed[]) => void
  /** Told on which channels something due remains. */
  remaining?: (channelIds: Set<number>) => void
}

/** A delivery that may start, as it was seen without a lock. */
interface Candidate extends Claimed {
  conversationId: number
  /** Its request was built here, and is stored if it is claimed. */
  isFirst: boolean
}

/**
 * Claims what may start now on these channels of one company, and stores the bytes of first requests. What is peeked at without
 * a lock is a hint; the claim reads it again, and only what it answers is sent.
 */
export async function claimDeliveries(
  deps: ClaimDeps,
  companyId: number,
  channelIds: number[],
  limit: number,
  { ready = [], most = null, inDoubt = () => {}, remaining = () => {} }: ClaimOptions = {},
): Promise<Claimed[]> {
  const claimId = newClaimId()
  const peeked = await peek(deps, { companyId, channelIds, claimId, most, limit: limit - ready.length })
  const handed = await handedOver(deps, companyId, claimId, ready)
  const candidates = [...peeked.candidates, ...handed.candidates]
  const claimed =
    candidates.length === 0
      ? []
      : await claim(deps.db, companyId, candidates).catch((error) => {
          if (!isRefusal(error)) inDoubt(candidates)
          throw error
        })
  const unclaimed = candidates.length === claimed.length ? [] : candidates.filter((one) => !claimed.includes(one))
  remaining(new Set([...peeked.remaining, ...handed.remaining, ...unclaimed.map(({ channelId }) => channelId)]))
  return claimed
}

/** The database answered that it did not claim: there is no doubt about it. */
function isRefusal(error: unknown): boolean {
  return error instanceof StorageBusy || error instanceof StorageFull || error instanceof pg.DatabaseError
}

/** A UUID of version 7: requests are stored by it, and removed by their age (delivery-states/requests.sql). */
function newClaimId(): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

interface Peek {
  companyId: number
  channelIds: number[]
  claimId: string
  most: number[] | null
  limit: number
}

interface PeekedDelivery {
  message_id: number
  conversation_id: number
  channel_id: number
  /** Before the one that begins now. */
  attempts: number
  retries: number
  /** It has to wait for a slot: that there is one is all that is told of it. */
  is_beyond: boolean
}

/** Its stored request, or, without one, what that is built from. */
type PeekRow = PeekedDelivery & ({ request_body: Buffer } | ({ request_body: null } & UnsentContent))

async function peek({ db, urls, targets }: ClaimDeps, { companyId, channelIds, claimId, most, limit }: Peek) {
  const remaining: number[] = []
  const candidates: Candidate[] = []
  if (channelIds.length === 0 || limit <= 0) return { candidates, remaining }
  const rows = await db.query<PeekRow>(
    'peek_deliveries',
    `select (content).*, message_id, conversation_id, channel_id, attempts, retries, is_beyond, request_body
     from peek_deliveries($1, $2, $3, $4)`,
    [companyId, channelIds, most, limit],
  )
  const targetOf = await targets.of(db, companyId, new Set(rows.map(({ channel_id }) => channel_id)))
  for (const row of rows) {
    if (row.is_beyond) remaining.push(row.channel_id)
    else {
      candidates.push({
        companyId,
        messageId: row.message_id,
        conversationId: row.conversation_id,
        channelId: row.channel_id,
        claimId,
        attempt: row.attempts + 1,
        retries: row.retries,
        body: row.request_body ?? requestOf(row as UnsentContent, companyId, urls),
        isFirst: row.request_body === null,
        target: targetOf(row.channel_id),
      })
    }
  }
  return { candidates, remaining }
}

/** Hints like those of a peek: the claim reads them again, too. What is too much for one claim is found by a later peek. */
async function handedOver(
  { db, urls, targets }: ClaimDeps,
  companyId: number,
  claimId: string,
  ready: ReadyDelivery[],
) {
  const remaining: number[] = []
  const candidates: Candidate[] = []
  const targetOf = await targets.of(db, companyId, new Set(ready.map(({ channelId }) => channelId)))
  let bytes = 0
  for (const { messageId, conversationId, channelId, buildRequest } of ready) {
    if (bytes >= CLAIM_BYTES) {
      remaining.push(channelId)
      continue
    }
    const body = buildRequest(urls)
    bytes += body instanceof Error ? 0 : body.length
    candidates.push({
      ...{ companyId, messageId, conversationId, channelId, claimId },
      ...{ attempt: 1, retries: 0, body, isFirst: true, target: targetOf(channelId) },
    })
  }
  return { candidates, remaining }
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
