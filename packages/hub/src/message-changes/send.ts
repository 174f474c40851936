import { randomUUID } from 'node:crypto'
import { publicId } from '@portico/protocol'
import type { Logger } from 'pino'
import type { ChannelKey } from '../channel-callbacks/queries.ts'
import { masked } from '../channel-requests/answer.ts'
import type { Database } from '../db/database.ts'
import { classify } from '../deliveries/classify.ts'
import { schedule } from '../deliveries/schedule.ts'
import type { Target, Targets } from '../deliveries/targets.ts'
import type { Bus } from '../events/bus.ts'
import type { Urls } from '../http/urls.ts'
import type { MessageRow } from '../messages/queries.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import { callChannelServer } from '../outbound-http/call.ts'
import { secretsOf } from '../outbound-http/signed-headers.ts'
import { bodyOf, readSubjects, type Subject } from './bodies.ts'
import type { ChangeKind } from './kind.ts'
import { type ClaimedChange, channelNow, claimChanges, type SettledChange, settleChanges } from './queries.ts'

export interface ChangeDeps {
  db: Pick<Database, 'query' | 'transaction'>
  bus: Pick<Bus, 'eventsCommitted'>
  targets: Targets
  kinds: ChangeKind[]
  urls: Urls
  allow: AddressRules
  log: Pick<Logger, 'info' | 'error'>
  /** Called when a channel's server refused this token. */
  tokenRefused(token: { companyId: number; grantId: number; generation: number }): Promise<void>
}

/** The concurrent changes of a channel: each ends after 7 s at most, so that a batch ends well before its lease. */
const IN_FLIGHT = 2
const BATCH = 10
const LEASE_SECONDS = 60
/** How soon a change is looked at again whose message is not sent yet: the longer it waits, the later. */
const [SHORTEST_WAIT_MS, LONGEST_WAIT_MS] = [1_000, 60_000]

/**
 * Sends a few of a channel's due changes, and returns whether there may be more. After `signal` no further one is sent; claimed
 * ones are due again at once.
 */
export async function sendChanges(deps: ChangeDeps, channel: ChannelKey, signal: AbortSignal): Promise<boolean> {
  const id = randomUUID()
  const kinds = deps.kinds.map(({ name }) => name)
  const changes = await claimChanges(deps.db, channel, { id, kinds, limit: BATCH, leaseSeconds: LEASE_SECONDS })
  if (changes.length === 0) return false
  const settled = await attemptAll(deps, channel, changes, signal)
  await settle(deps, channel, id, changes, settled)
  return changes.length === BATCH || settled.some(({ outcome }) => outcome === 'done')
}

async function attemptAll(deps: ChangeDeps, channel: ChannelKey, changes: ClaimedChange[], signal: AbortSignal) {
  const now = await channelNow(deps.db, channel)
  const subjects = await readSubjects(deps.db, channel.company_id, changes)
  const targetOf = await deps.targets.of(deps.db, channel.company_id, new Set([channel.channel_id]))
  const waiting = [...changes]
  const settled: SettledChange[] = []
  let pauseMs: number | null = null
  const work = async () => {
    for (let change = waiting.shift(); change; change = waiting.shift()) {
      const kind = deps.kinds.find(({ name }) => name === change.kind) as ChangeKind
      const message = subjects.messageOf(change)
      const early = withoutAttempt(change, kind, now, message)
      if (early) settled.push(early)
      // claimed ones are due again at once, or when the channel's pause has ended
      else if (signal.aborted || pauseMs !== null) settled.push(waits(change, pauseMs ?? 0))
      else {
        const subject = { message, conversationIds: subjects.conversationIdsOf(change), capabilities: now.capabilities }
        const result = await attempt(deps, targetOf(channel.channel_id), kind, change, subject)
        pauseMs = result.pause_ms ?? pauseMs
        settled.push(result)
      }
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, work))
  return settled
}

/** What becomes of a change for which nothing is sent now; undefined for one that may leave. */
function withoutAttempt(
  change: ClaimedChange,
  kind: ChangeKind,
  channel: Awaited<ReturnType<typeof channelNow>>,
  message: MessageRow | undefined,
): SettledChange | undefined {
  const { id, version } = change
  if (channel.is_deleted) return failed(change, 'channel_deleted', 'The channel was deleted before it took this.')
  if (channel.is_custom || !channel.capabilities.includes(kind.capability)) {
    return failed(change, 'capability_off', 'This channel does not take such changes any more.')
  }
  if (change.message_id === null) return undefined
  const state = message?.delivery?.state ?? (message ? 'sent' : 'failed')
  if (state === 'sent') return undefined
  if (state === 'failed' || state === 'cancelled') return { id, version, outcome: 'dropped' }
  return waits(change, Math.min(Math.max(change.age_ms / 4, SHORTEST_WAIT_MS), LONGEST_WAIT_MS))
}

function failed({ id, version }: ClaimedChange, code: string, message: string): SettledChange {
  return { id, version, outcome: 'failed', error_code: code, error_message: message }
}

function waits({ id, version }: ClaimedChange, delayMs: number): SettledChange {
  return { id, version, outcome: 'waiting', delay_ms: Math.round(delayMs) }
}

async function attempt(
  deps: ChangeDeps,
  target: Target,
  kind: ChangeKind,
  change: ClaimedChange,
  subject: Subject,
): Promise<SettledChange> {
  try {
    const body = await bodyOf(deps, kind, change, subject)
    return body === null
      ? { id: change.id, version: change.version, outcome: 'done' }
      : await send(deps, target, change, body)
  } catch (error) {
    deps.log.error({ err: error, company_id: change.company_id, change_id: change.id }, 'a change could not be sent')
    return ended(change, target, { kind: 'broken', durationMs: 0 })
  }
}

async function send(deps: ChangeDeps, target: Target, change: ClaimedChange, body: string): Promise<SettledChange> {
  if (target.token?.hasEnded) return ended(change, target, { kind: 'not_authorized', durationMs: 0 })
  const result = await callChannelServer({
    ...target,
    method: 'POST',
    body,
    // the same at every repeat of a version
    webhookId: `${change.kind}_${publicId('msg', change.company_id, change.id)}_${change.version}`,
    // has its own connections, so that deliveries and changes never wait for each other
    agentKey: `changes ${change.company_id} ${change.channel_id}`,
    connections: IN_FLIGHT,
    allow: deps.allow,
  })
  const settled = ended(change, target, result)
  if (settled.error_code === 'token_refused' && target.token) {
    await deps.tokenRefused({ companyId: change.company_id, ...target.token })
  }
  log(deps, change, settled, result.durationMs)
  return settled
}

/** The table of docs/protocol.md, with one difference: a change may always be repeated. */
function ended(change: ClaimedChange, target: Target, result: Parameters<typeof classify>[0]): SettledChange {
  const outcome = schedule(classify(result, { ...target, idempotent: true }), change.retries, Math.random())
  const outcomes = { sent: 'done', delayed: 'pending', failed: 'failed', not_confirmed: 'failed' } as const
  return {
    id: change.id,
    version: change.version,
    outcome: outcomes[outcome.state],
    delay_ms: outcome.delayMs,
    pause_ms: outcome.pauseMs,
    error_code: outcome.errorCode,
    error_message: outcome.message && masked(outcome.message, secretsOf(target)),
    may_have_arrived: result.kind === 'ambiguous' || (result.kind === 'answer' && result.status >= 500),
  }
}

/** Logs one line for each attempt. */
function log({ log }: ChangeDeps, change: ClaimedChange, settled: SettledChange, durationMs: number): void {
  const { company_id, kind, version } = change
  const { outcome, error_code: code } = settled
  log.info(
    { company_id, change_id: change.id, kind, version, outcome, duration_ms: durationMs, ...(code && { code }) },
    'change',
  )
}

/** Stores the outcomes, and what follows from them, in one transaction. */
async function settle(
  deps: ChangeDeps,
  channel: ChannelKey,
  claimId: string,
  changes: ClaimedChange[],
  settled: SettledChange[],
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    for (const { id, state } of await settleChanges(tx, channel, claimId, settled)) {
      const change = changes.find((one) => one.id === id)
      const kind = deps.kinds.find(({ name }) => name === change?.kind)
      const wasTaken = settled.find((one) => one.id === id)?.outcome === 'done'
      const outcome = wasTaken ? 'done' : state
      if (change && outcome !== 'pending') await kind?.settled?.(tx, change, outcome)
    }
  })
  if (settled.some(({ outcome }) => outcome !== 'waiting')) deps.bus.eventsCommitted(channel.company_id)
}
