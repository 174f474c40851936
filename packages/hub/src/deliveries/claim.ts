import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { CLAIM_BYTES } from '../db/constants.ts'
import type { Database, Reader } from '../db/database.ts'
import { StorageBusy, StorageFull } from '../db/failures.ts'
import type { CreatedDelivery } from '../events/bus.ts'
import type { Urls } from '../http/urls.ts'
import { requestOf, type UnsentContent } from '../messages/request.ts'
import type { Target, Targets } from './targets.ts'

/** A delivery that this hub may send until its lease ends. */
export interface Claimed {
  companyId: number
  messageId: number
  channelId: number
  claimId: string
  /** The number of the attempt that starts now. */
  attempt: number
  retries: number
  /** The stored request body. An Error when it could not be built: the delivery then ends without a request. */
  body: Buffer | Error
  target: Target
}

interface ClaimDeps {
  db: Pick<Database, 'query'>
  urls: Urls
  targets: Targets
}

interface ClaimOptions {
  /** The next messages of other channels, passed on by their creation. */
  created?: CreatedDelivery[]
  /** The limit for each of the channels. */
  most?: number[] | null
  /** Called with the candidates when it is unknown whether the transaction was committed. */
  inDoubt?: (claimed: Claimed[]) => void
  /** Called with the channels on which due messages remain. */
  remaining?: (channelIds: Set<number>) => void
}

/** A delivery that may start, as read without a lock. */
interface Candidate extends Claimed {
  conversationId: number
  /** Whether its request was built here, to be stored if it is claimed. */
  isFirst: boolean
}

/**
 * Claims the messages that may start now on these channels of a company, and stores the bytes of first requests. The peek without
 * a lock is a hint; the claim reads everything again, and only the claimed messages are sent.
 */
export async function claimDeliveries(
  deps: ClaimDeps,
  companyId: number,
  channelIds: number[],
  limit: number,
  { created = [], most = null, inDoubt = () => {}, remaining = () => {} }: ClaimOptions = {},
): Promise<Claimed[]> {
  const claimId = newClaimId()
  const peeked = await peek(deps, { companyId, channelIds, claimId, most, limit: limit - created.length })
  const handed = await handedOver(deps, companyId, claimId, created)
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

/** Whether the database certainly did not claim. */
function isRefusal(error: unknown): boolean {
  return error instanceof StorageBusy || error instanceof StorageFull || error instanceof pg.DatabaseError
}

/** A UUID of version 7: requests are stored under it, and removed by its age (delivery-states/requests.sql). */
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
  /** The number of earlier attempts. */
  attempts: number
  retries: number
  /** Whether it must wait for a slot; then it has no other field. */
  must_wait: boolean
}

/** The stored request, or the data to build it. */
type PeekRow = PeekedDelivery & ({ request_body: Buffer } | ({ request_body: null } & UnsentContent))

async function peek({ db, urls, targets }: ClaimDeps, { companyId, channelIds, claimId, most, limit }: Peek) {
  const remaining: number[] = []
  const candidates: Candidate[] = []
  if (channelIds.length === 0 || limit <= 0) return { candidates, remaining }
  const rows = await db.query<PeekRow>(
    'peek_deliveries',
    `select (content).*, message_id, conversation_id, channel_id, attempts, retries, is_beyond as must_wait, request_body
     from peek_deliveries($1, $2, $3, $4)`,
    [companyId, channelIds, most, limit],
  )
  const targetOf = await targets.of(db, companyId, new Set(rows.map(({ channel_id }) => channel_id)))
  for (const row of rows) {
    if (row.must_wait) remaining.push(row.channel_id)
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

/**
 * Builds the requests of messages passed on, which are hints like those of a peek. Those beyond the limit of bytes are found by a
 * later peek.
 */
async function handedOver(
  { db, urls, targets }: ClaimDeps,
  companyId: number,
  claimId: string,
  created: CreatedDelivery[],
) {
  const remaining: number[] = []
  const candidates: Candidate[] = []
  const targetOf = await targets.of(db, companyId, new Set(created.map(({ channelId }) => channelId)))
  let bytes = 0
  for (const { messageId, conversationId, channelId, buildRequest } of created) {
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
