import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { LEASE_SECONDS } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import type { Bus, CreatedDelivery } from '../events/bus.ts'
import type { Urls } from '../http/urls.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { attempt, notSent, type ObservedAnswer } from './attempt.ts'
import { type AttemptLog, attemptLog } from './attempt-log.ts'
import { type Claimed, claimDeliveries } from './claim.ts'
import { classify } from './classify.ts'
import type { Completion, Finished } from './complete.ts'
import { Completions } from './completions.ts'
import { type FairShare, FairShares } from './fair-shares.ts'
import { PendingChannels, type PendingWork } from './pending-channels.ts'
import { clampFutureTimes, type ExpiredAttempt, findExpiredAttempts, findReadyChannels } from './queries.ts'
import { schedule } from './schedule.ts'
import { Stopwatch } from './stopwatch.ts'
import { Targets } from './targets.ts'

export interface DeliveryDeps {
  db: Database
  bus: Bus
  urls: Urls
  sealer: Sealer
  allow: AddressRules
  log: Logger
  registry: Registry
  /** Called when a channel's server refused this token. */
  tokenRefused(token: { companyId: number; grantId: number; generation: number }): Promise<void>
  /** Called with each answer of a channel's server. */
  answered?(answer: ObservedAnswer): void
}

const POLL_MS = 1_000
const MAX_CLAIM = 128
const CLAIMERS = 4
const EXPIRED_BATCH = 200
const STOP_MS = 8_000
/** A longer gap between two polls means that the database, or this hub, was unavailable. */
const POLL_GAP_MS = 2_500
/** The time after such a gap in which other hubs may still report their results. */
const GRACE_MS = 3_000
const NOT_SENT_RETRY_MS = 1_000
const CLAMP_EVERY_MS = 30_000

/**
 * Sends due deliveries: finds ready channels, claims, calls, completes. Woken by the bus, by a poll each second, and when the
 * next delivery is due. Claims only messages that start at once, so a claimed message was in flight when the hub dies.
 */
export class DeliveryLoop {
  readonly #deps: DeliveryDeps
  readonly #targets: Targets
  readonly #completions: Completions
  readonly #logAttempt: AttemptLog
  readonly #pending = new PendingChannels()
  readonly #shares = new FairShares(({ companyId, channelId }) => this.#addPending(companyId, [channelId]))
  readonly #unsubscribe: () => void
  /** Channels with a due message that waits for a slot. */
  readonly #remaining = new Set<string>()
  readonly #underWay = new Set<Promise<void>>()
  /** Claims whose result this process knows, or will know. */
  readonly #localClaims = new Set<string>()
  #sincePoll = new Stopwatch()
  #sinceClamped: Stopwatch | undefined
  /** Undefined in a new hub, which has seen no gap: hubs that are killed again and again must end leases too. */
  #sinceGap: Stopwatch | undefined
  #claimers = 0
  #isFilling = false
  #timer: NodeJS.Timeout | undefined
  #isStopping = false

  constructor(deps: DeliveryDeps) {
    this.#deps = deps
    this.#targets = new Targets(deps.sealer)
    this.#completions = new Completions(deps.db, (error, { companyId, messageId }) => {
      deps.log.error({ err: error, company_id: companyId, message_number: messageId }, 'a result could not be stored')
    })
    this.#logAttempt = attemptLog(deps.log, deps.registry)
    this.#unsubscribe = deps.bus.on('deliveries', (...created) => this.#onCreated(...created))
    this.#plan(0)
  }

  /** Claims nothing more and waits for requests in flight: 8 s at most. The others end with their lease. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#unsubscribe()
    clearTimeout(this.#timer)
    this.#shares.stop()
    const deadline = Promise.withResolvers<void>()
    const timer = setTimeout(deadline.resolve, STOP_MS)
    while (this.#underWay.size > 0) {
      const hasEnded = await Promise.race([Promise.all(this.#underWay).then(() => true), deadline.promise])
      if (!hasEnded) break
    }
    clearTimeout(timer)
    await this.#completions.close()
  }

  #onCreated(companyId: number, channelIds: number[], created: CreatedDelivery[]): void {
    if (created.length > 0) {
      this.#pending.handOver(companyId, created)
      this.#fillSoon()
    } else if (channelIds.length > 0) this.#addPending(companyId, channelIds)
    else this.#track(this.#findReady(companyId).then(() => {}))
  }

  #addPending(companyId: number, channelIds: Iterable<number>): void {
    this.#pending.add(companyId, channelIds)
    this.#fillSoon()
  }

  /** Claims for the channels of all results of one commit together. */
  #fillSoon(): void {
    if (this.#isFilling) return
    this.#isFilling = true
    setImmediate(() => {
      this.#isFilling = false
      this.#fillSlots()
    })
  }

  #plan(ms: number): void {
    clearTimeout(this.#timer)
    if (!this.#isStopping) this.#timer = setTimeout(() => this.#track(this.#poll()), ms)
  }

  async #poll(): Promise<void> {
    let next = POLL_MS
    try {
      await this.#clampFutureTimes().catch((error) => this.#report(error))
      const due = await this.#findReady(null)
      next = Math.min(POLL_MS, Math.max(1, due ?? POLL_MS))
      if (this.#mayEndLeases()) await this.#endExpired()
    } catch (error) {
      this.#report(error)
    } finally {
      this.#plan(next)
    }
  }

  async #clampFutureTimes(): Promise<void> {
    if (this.#sinceClamped !== undefined && this.#sinceClamped.elapsedMs() < CLAMP_EVERY_MS) return
    const sinceNow = new Stopwatch()
    await clampFutureTimes(this.#deps.db, LEASE_SECONDS)
    this.#sinceClamped = sinceNow
  }

  async #findReady(companyId: number | null): Promise<number | null> {
    const { byCompany, full, nextDueMs } = await findReadyChannels(this.#deps.db, companyId)
    for (const channel of full) this.#remaining.add(channelKey(channel))
    for (const [company, channelIds] of byCompany) {
      this.#shares.resume(company, channelIds)
      this.#addPending(company, channelIds)
    }
    return nextDueMs
  }

  #fillSlots(): void {
    while (!this.#isStopping && this.#claimers < CLAIMERS && this.#shares.hasCapacity) {
      const next = this.#pending.take()
      if (!next) return
      this.#claimers++
      this.#track(this.#claim(next))
    }
  }

  async #claim(work: PendingWork): Promise<void> {
    const { companyId, channelIds } = work
    const sinceClaim = new Stopwatch()
    let shares: FairShare[] = []
    let claimed: Claimed[] = []
    try {
      const all = new Set([...channelIds, ...work.created.map(({ channelId }) => channelId)])
      const targetOf = await this.#targets.of(this.#deps.db, companyId, all)
      shares = this.#shares.allot(companyId, [...all], targetOf)
      claimed = await this.#claimShares(work, shares, sinceClaim)
    } finally {
      this.#claimers--
      this.#pending.release(work)
      this.#begin(shares, claimed, sinceClaim)
      this.#fillSoon()
    }
  }

  async #claimShares(
    { companyId, ...work }: PendingWork,
    shares: FairShare[],
    sinceClaim: Stopwatch,
  ): Promise<Claimed[]> {
    const peeked = shares.filter(({ channelId }) => work.channelIds.includes(channelId))
    const created = shares.flatMap(({ channelId, most }) => {
      const ofChannel = work.created.filter((one) => one.channelId === channelId)
      if (ofChannel.length > most) this.#pending.add(companyId, [channelId])
      return ofChannel.slice(0, most)
    })
    for (const { channelId } of created.splice(MAX_CLAIM)) this.#pending.add(companyId, [channelId])
    if (peeked.length + created.length === 0) return []
    const channelIds = peeked.map(({ channelId }) => channelId)
    return claimDeliveries({ ...this.#deps, targets: this.#targets }, companyId, channelIds, MAX_CLAIM, {
      created,
      most: peeked.map(({ most }) => most),
      inDoubt: (claimed) => {
        for (const one of claimed) this.#trackClaim(one, this.#completeAsNotSent(one, sinceClaim))
      },
      remaining: (remaining) => {
        for (const channelId of channelIds) this.#remaining.delete(channelKey({ companyId, channelId }))
        for (const channelId of remaining) this.#remaining.add(channelKey({ companyId, channelId }))
      },
    })
  }

  /** Starts the claimed deliveries and frees the unused part of the shares; a channel that used all of its share may have more. */
  #begin(shares: FairShare[], claimed: Claimed[], sinceClaim: Stopwatch): void {
    const byChannel = Map.groupBy(claimed, ({ channelId }) => channelId)
    for (const share of shares) {
      const own = byChannel.get(share.channelId) ?? []
      this.#shares.giveBack(share, share.most - own.length)
      for (const one of own) this.#trackClaim(one, this.#deliver(one, share, sinceClaim))
      if (own.length === share.most || claimed.length === MAX_CLAIM)
        this.#pending.add(share.companyId, [share.channelId])
    }
  }

  /**
   * Delivers a claimed message. No peek follows when it was sent, its conversation has no next one and nothing waits for its
   * slot, as for most messages that are created one by one.
   */
  async #deliver(claimed: Claimed, share: FairShare, sinceClaim: Stopwatch): Promise<void> {
    let isLast = false
    try {
      if (claimed.body instanceof Error) this.#report(claimed.body)
      const finished = await this.#attempt(claimed, share, sinceClaim)
      const completion = await this.#complete(finished, claimed.attempt)
      isLast = finished.outcome.state === 'sent' && completion?.hasNext === false
      await this.#renewToken(claimed, finished)
    } finally {
      if (!isLast || this.#remaining.has(channelKey(claimed))) this.#addPending(claimed.companyId, [claimed.channelId])
    }
  }

  async #renewToken({ companyId, target }: Claimed, { outcome }: Finished): Promise<void> {
    if (outcome.errorCode !== 'token_refused' || !target.token) return
    await this.#deps.tokenRefused({ companyId, ...target.token })
  }

  /** Sends a claimed message. The slot is freed at the result, so that a company whose results cannot be stored delays no other. */
  async #attempt(claimed: Claimed, share: FairShare, sinceClaim: Stopwatch): Promise<Finished> {
    const startedAt = performance.now()
    try {
      const report = (error: unknown) => this.#report(error)
      const { allow, answered } = this.#deps
      const finished = await attempt(claimed, allow, sinceClaim, { report, answered })
      const { pauseMs } = finished.outcome
      if (pauseMs !== null) this.#shares.rateLimited(share, startedAt, pauseMs)
      else if (finished.statusCode !== null) this.#shares.accepted(share)
      return finished
    } finally {
      this.#shares.end(share)
      this.#fillSoon()
    }
  }

  /**
   * Completes as not sent the messages of a claim whose commit had no response; the claim may exist, and its commit may be late.
   */
  async #completeAsNotSent(claimed: Claimed, sinceClaim: Stopwatch): Promise<void> {
    const latest = 2 * LEASE_SECONDS * 1_000
    while (!this.#isStopping && sinceClaim.elapsedMs() < latest) {
      const finished = notSent(claimed)
      const completion = await this.#completions.add(finished)
      if (completion) return this.#publish(finished, claimed.attempt, completion)
      await sleep(NOT_SENT_RETRY_MS)
    }
  }

  async #complete(finished: Finished, attemptNumber: number): Promise<Completion | null> {
    const completion = await this.#completions.add(finished)
    this.#publish(finished, attemptNumber, completion)
    return completion
  }

  #publish(finished: Finished, attemptNumber: number, completion: Completion | null): void {
    this.#logAttempt(finished, attemptNumber, completion)
    this.#deps.bus.eventsCommitted(finished.companyId)
  }

  /** Whether this hub may end expired leases: not during the grace period after a gap, in which other hubs report their results. */
  #mayEndLeases(): boolean {
    if (this.#sincePoll.elapsedMs() > POLL_GAP_MS) this.#sinceGap = new Stopwatch()
    this.#sincePoll = new Stopwatch()
    return this.#sinceGap === undefined || this.#sinceGap.elapsedMs() > GRACE_MS
  }

  /** Ends expired leases, never with a repeat: an attempt of a dead hub is as uncertain as a timeout. */
  async #endExpired(): Promise<void> {
    // leases of companies with locked rows stay expired, and must not hide those of others
    for (const lease of await findExpiredAttempts(this.#deps.db, EXPIRED_BATCH + this.#localClaims.size)) {
      const claim = { claimId: lease.claim_id, messageId: lease.message_id }
      if (!this.#localClaims.has(keyOf(claim))) this.#trackClaim(claim, this.#endLease(lease))
    }
  }

  async #endLease(lease: ExpiredAttempt): Promise<void> {
    await this.#complete(finishedByLease(lease), lease.attempt)
    this.#addPending(lease.company_id, [lease.channel_id])
  }

  #trackClaim(claim: ClaimKey, work: Promise<void>): void {
    const key = keyOf(claim)
    this.#localClaims.add(key)
    this.#track(work.finally(() => this.#localClaims.delete(key)))
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => this.#report(error))
      .finally(() => {
        this.#underWay.delete(tracked)
      })
    this.#underWay.add(tracked)
  }

  /** An unavailable database is reported by the readiness page. */
  #report(error: unknown): void {
    if (!(error instanceof StorageUnavailable)) this.#deps.log.error({ err: error }, 'the delivery loop failed')
  }
}

function channelKey({ companyId, channelId }: Pick<Claimed, 'companyId' | 'channelId'>): string {
  return `${companyId} ${channelId}`
}

type ClaimKey = Pick<Claimed, 'claimId' | 'messageId'>

function keyOf({ claimId, messageId }: ClaimKey): string {
  return `${claimId} ${messageId}`
}

function finishedByLease(lease: ExpiredAttempt): Finished {
  const outcome = classify({ kind: 'lease_expired', durationMs: 0 }, lease)
  return {
    companyId: lease.company_id,
    messageId: lease.message_id,
    channelId: lease.channel_id,
    claimId: lease.claim_id,
    isExpired: true,
    startedAt: null,
    durationMs: null,
    statusCode: null,
    excerpt: null,
    outcome: schedule(outcome, lease.retries, Math.random()),
  }
}
