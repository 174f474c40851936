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
import {
  type Callback,
  type CallbackTarget,
  type ChannelKey,
  claimCallbacks,
  findTarget,
  settleCallbacks,
} from './queries.ts'

export interface CallbackDeps {
  db: Pick<Database, 'query'>
  sealer: Sealer
  urls: Urls
  allow: AddressRules
  log: Pick<Logger, 'info' | 'error'>
}

/** The concurrent callbacks of a server: each ends after 7 s at most, so two at a time end well before the lease. */
const IN_FLIGHT = 2
const BATCH = 10
const LEASE_SECONDS = 60

interface Settled {
  id: number
  again_seconds: number | null
}

/**
 * Sends a few of a channel's due callbacks, and returns whether there may be more. After `signal` no further one is sent; claimed
 * ones are due again at once.
 */
export async function sendCallbacks(deps: CallbackDeps, channel: ChannelKey, signal: AbortSignal): Promise<boolean> {
  const claimId = randomUUID()
  const callbacks = await claimCallbacks(deps.db, channel, claimId, BATCH, LEASE_SECONDS)
  if (callbacks.length === 0) return false
  const target = await findTarget(deps.db, deps.sealer, channel)
  const bodies = await bodiesOf(
    deps,
    channel,
    callbacks.filter(({ kind }) => target.wants[kind]),
  )
  const waiting = [...callbacks]
  const settled: Settled[] = []
  let isSilent = false
  const work = async () => {
    for (let callback = waiting.shift(); callback; callback = waiting.shift()) {
      const body = bodies.get(callback.id)
      if (body === undefined) settled.push({ id: callback.id, again_seconds: null })
      else if (signal.aborted) settled.push({ id: callback.id, again_seconds: 0 })
      // the server is away: the rest of the batch need not find that out one by one
      else if (isSilent && callback.kind === 'message_imported') settled.push(unsent(callback))
      else {
        const result = await send(deps, channel, target, callback, body).catch((error) => {
          deps.log.error({ err: error, ...channel }, 'a callback could not be sent')
        })
        isSilent ||= result?.kind !== 'answer'
        settled.push(result ? settle(deps, channel, callback, result) : unsent(callback))
      }
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  await settleCallbacks(deps.db, channel, claimId, settled)
  return callbacks.length === BATCH
}

function send(
  deps: CallbackDeps,
  channel: ChannelKey,
  target: CallbackTarget,
  callback: Callback,
  body: string,
): Promise<CallResult> {
  return callChannelServer({
    url: target.webhookUrl,
    method: callback.kind === 'delete' ? 'DELETE' : 'POST',
    body,
    secret: target.secret,
    otherSecrets: target.otherSecrets ?? [],
    // its number stays with its repeats
    webhookId: `${callback.kind}_${publicId('cha', channel.company_id, channel.channel_id)}_${callback.id}`,
    credential: target.credential,
    authType: target.authType,
    // has its own connections, so that deliveries and callbacks never wait for each other
    agentKey: `callbacks ${channel.company_id} ${channel.channel_id}`,
    connections: IN_FLIGHT,
    allow: deps.allow,
  })
}

function unsent({ id, attempts }: Callback): Settled {
  return { id, again_seconds: RETRY_AFTER[attempts - 1] ?? null }
}

/** Logs one line for each finished callback. */
function settle({ log }: CallbackDeps, channel: ChannelKey, callback: Callback, result: CallResult): Settled {
  const again = againAfter(callback, result)
  if (again === null) {
    log.info(
      {
        company_id: channel.company_id,
        channel_id: publicId('cha', channel.company_id, channel.channel_id),
        kind: callback.kind,
        attempts: callback.attempts,
        duration_ms: result.durationMs,
        ...(result.kind === 'answer' ? { status_code: result.status } : { code: result.code }),
      },
      'callback',
    )
  }
  return { id: callback.id, again_seconds: again }
}
