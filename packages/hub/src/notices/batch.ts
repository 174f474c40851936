import { randomUUID } from 'node:crypto'
import { publicId } from '@portico/protocol'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import { type CallResult, callChannelServer } from '../outbound-http/call.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { bodiesOf } from './bodies.ts'
import { againAfter, RETRY_AFTER } from './outcome.ts'
import { type ChannelKey, claimNotices, findTarget, type Notice, type NoticeTarget, settleNotices } from './queries.ts'

export interface NoticeDeps {
  db: Pick<Database, 'query'>
  sealer: Sealer
  urls: Urls
  allow: AddressRules
  log: Pick<Logger, 'info' | 'error'>
}

/** One server answers in 7 s or not at all: two at a time are through well before the lease ends. */
const IN_FLIGHT = 2
const BATCH = 10
const LEASE_SECONDS = 60

interface Settled {
  id: number
  again_seconds: number | null
}

/**
 * Sends a few of a channel's due notices. Answers whether there may be more. After `signal` no further one is sent; what
 * was claimed is due again at once.
 */
export async function sendNotices(deps: NoticeDeps, channel: ChannelKey, signal: AbortSignal): Promise<boolean> {
  const claimId = randomUUID()
  const notices = await claimNotices(deps.db, channel, claimId, BATCH, LEASE_SECONDS)
  if (notices.length === 0) return false
  const target = await findTarget(deps.db, deps.sealer, channel)
  const bodies = await bodiesOf(
    deps,
    channel,
    notices.filter(({ kind }) => target.wants[kind]),
  )
  const waiting = [...notices]
  const settled: Settled[] = []
  let isSilent = false
  const work = async () => {
    for (let notice = waiting.shift(); notice; notice = waiting.shift()) {
      const body = bodies.get(notice.id)
      if (body === undefined) settled.push({ id: notice.id, again_seconds: null })
      else if (signal.aborted) settled.push({ id: notice.id, again_seconds: 0 })
      // the server is away: the rest of the batch need not find that out one by one
      else if (isSilent && notice.kind === 'message_imported') settled.push(unsent(notice))
      else {
        const result = await send(deps, channel, target, notice, body).catch((error) => {
          deps.log.error({ err: error, ...channel }, 'a notice could not be sent')
        })
        isSilent ||= result?.kind !== 'answer'
        settled.push(result ? settle(deps, channel, notice, result) : unsent(notice))
      }
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  await settleNotices(deps.db, channel, claimId, settled)
  return notices.length === BATCH
}

function send(
  deps: NoticeDeps,
  channel: ChannelKey,
  target: NoticeTarget,
  notice: Notice,
  body: string,
): Promise<CallResult> {
  return callChannelServer({
    url: target.webhookUrl,
    method: notice.kind === 'delete' ? 'DELETE' : 'POST',
    body,
    secret: target.secret,
    credential: target.credential,
    authType: target.authType,
    // its own connections, so that it never waits for deliveries nor they for it
    agentKey: `notices ${channel.company_id} ${channel.channel_id}`,
    connections: IN_FLIGHT,
    allow: deps.allow,
  })
}

function unsent({ id, attempts }: Notice): Settled {
  return { id, again_seconds: RETRY_AFTER[attempts - 1] ?? null }
}

/** One line a notice, when it is over. */
function settle({ log }: NoticeDeps, channel: ChannelKey, notice: Notice, result: CallResult): Settled {
  const again = againAfter(notice, result)
  if (again === null) {
    log.info(
      {
        company_id: channel.company_id,
        channel_id: publicId('cha', channel.company_id, channel.channel_id),
        kind: notice.kind,
        attempts: notice.attempts,
        duration_ms: result.durationMs,
        ...(result.kind === 'answer' ? { status_code: result.status } : { code: result.code }),
      },
      'notice',
    )
  }
  return { id: notice.id, again_seconds: again }
}
