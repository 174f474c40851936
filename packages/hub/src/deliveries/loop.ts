import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { LEASE_SECONDS } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import type { Bus, ReadyDelivery } from '../events/bus.ts'
import type { Urls } from '../http/urls.ts'
import type { AddressRules } from '../outbound-http/addresses.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { attempt, withdraw } from './attempt.ts'
import { type AttemptLog, attemptLog } from './attempt-log.ts'
import { type Claimed, claimDeliveries } from './claim.ts'
import { classify } from './classify.ts'
import type { Completion, Finished } from './complete.ts'
import { Completions } from './completions.ts'
import { type FairShare, FairShares } from './fair-shares.ts'
import { PendingChannels, type PendingWork } from './pending-channels.ts'
import { type ExpiredAttempt, findExpiredAttempts, findReadyChannels, repairTimes } from './queries.ts'
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
  /** Told when a channel's server did not take this token. */
  tokenRefused(token: { companyId: number; grantId: number; generation: number }): Promise<void>
}

const POLL_MS = 1_000
const MAX_CLAIM = 128
const CLAIMERS = 4
const EXPIRED_BATCH = 200
const STOP_MS = 8_000
/** Longer than this between two polls, and the database, or this hub, was away. */
const SILENCE_MS = 2_500
/** So long after a silence other hubs may still hand in what they know. */
const HAND_IN_MS = 3_000
const WITHDRAW_AGAIN_MS = 1_000
const REPAIR_EVERY_MS = 30_000

/**
 * Sends what is due: finds ready channels, claims, calls, completes. Woken by the bus, by a poll each second, and when the next
 * delivery is due. Claims only what starts at once, so what is claimed when the hub dies was under way.
 */
export class DeliveryLoop {
  readonly #deps: DeliveryDeps
  readonly #targets: Targets
  readonly #completions: Completions
  readonly #logAttempt: AttemptLog
  readonly #pending = new PendingChannels()
  readonly #shares = new FairShares(({ companyId, channelId }) => this.#addPending(companyId, [channelId]))
  readonly #unsubscribe: () => void
  /** Channels on which something is due that had to wait for a slot. */
  readonly #remaining = new Set<string>()
  readonly #underWay = new Set<Promise<void>>()
  /** Claims of which this process knows the end, or soon will. */
  readonly #own = new Set<string>()
  #sincePoll = new Stopwatch()
  #sinceRepaired: Stopwatch | undefined
  /** A hub that has just begun has seen none: one that is killed again and again must end leases too. */
  #sinceSilence: Stopwatch | undefined
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

  /** Claims nothing more and waits for what is under way: 8 s at most. What is still open then ends with its lease. */
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

  #onCreated(companyId: number, channelIds: number[], ready: ReadyDelivery[]): void {
    if (ready.length > 0) {
      this.#pending.handOver(companyId, ready)
      this.#fillSoon()
    } else if (channelIds.length > 0) this.#addPending(companyId, channelIds)
    else this.#track(this.#findReady(companyId).then(() => {}))
  }

  #addPending(companyId: number, channelIds: Iterable<number>): void {
    this.#pending.add(companyId, channelIds)
    this.#fillSoon()
  }

  /** The channels of all results of one commit are claimed for together, not one by one. */
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
      await this.#repairTimes().catch((error) => this.#report(error))
      const due = await this.#findReady(null)
      next = Math.min(POLL_MS, Math.max(1, due ?? POLL_MS))
      if (this.#isSteady()) await this.#endExpired()
    } catch (error) {
      this.#report(error)
    } finally {
      this.#plan(next)
    }
  }

  async #repairTimes(): Promise<void> {
    if (this.#sinceRepaired !== undefined && this.#sinceRepaired.elapsedMs() < REPAIR_EVERY_MS) return
    const sinceNow = new Stopwatch()
    await repairTimes(this.#deps.db, LEASE_SECONDS)
    this.#sinceRepaired = sinceNow
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
      const all = new Set([...channelIds, ...work.ready.map(({ channelId }) => channelId)])
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
    const ready = shares.flatMap(({ channelId, most }) => {
      const ofChannel = work.ready.filter((one) => one.channelId === channelId)
      if (ofChannel.length > most) this.#pending.add(companyId, [channelId])
      return ofChannel.slice(0, most)
    })
    for (const { channelId } of ready.splice(MAX_CLAIM)) this.#pending.add(companyId, [channelId])
    if (peeked.length + ready.length === 0) return []
    const channelIds = peeked.map(({ channelId }) => channelId)
    return claimDeliveries({ ...this.#deps, targets: this.#targets }, companyId, channelIds, MAX_CLAIM, {
      ready,
      most: peeked.map(({ most }) => most),
      inDoubt: (claimed) => {
        for (const one of claimed) this.#hold(one, this.#withdraw(one, sinceClaim))
      },
      remaining: (remaining) => {
        for (const channelId of channelIds) this.#remaining.delete(channelKey({ companyId, channelId }))
        for (const channelId of remaining) this.#remaining.add(channelKey({ companyId, channelId }))
      },
    })
  }

  /** The unused part of a share is given back; where all of it was used, there may be more. */
  #begin(shares: FairShare[], claimed: Claimed[], sinceClaim: Stopwatch): void {
    const byChannel = Map.groupBy(claimed, ({ channelId }) => channelId)
    for (const share of shares) {
      const own = byChannel.get(share.channelId) ?? []
      this.#shares.giveBack(share, share.most - own.length)
      for (const one of own) this.#hold(one, this.#deliver(one, share, sinceClaim))
      if (own.length === share.most || claimed.length === MAX_CLAIM)
        this.#pending.add(share.companyId, [share.channelId])
    }
  }

  /** When it is sent, nothing goes after it and nothing waits for its slot, a peek finds nothing: that is most of what is created one by one. */
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

  /** Its slot is free when its result is known: one company's results that cannot be stored hold up nobody else. */
  async #attempt(claimed: Claimed, share: FairShare, sinceClaim: Stopwatch): Promise<Finished> {
    const startedAt = performance.now()
    try {
      const finished = await attempt(claimed, this.#deps.allow, sinceClaim, (error) => this.#report(error))
      const { pauseMs } = finished.outcome
      if (pauseMs !== null) this.#shares.refused(share, startedAt, pauseMs)
      else if (finished.statusCode !== null) this.#shares.accepted(share)
      return finished
    } finally {
      this.#shares.end(share)
      this.#fillSoon()
    }
  }

  /** Nothing was sent under a claim whose commit had no answer. When it was made all the same, that is told: it may come late. */
  async #withdraw(claimed: Claimed, sinceClaim: Stopwatch): Promise<void> {
    const latest = 2 * LEASE_SECONDS * 1_000
    while (!this.#isStopping && sinceClaim.elapsedMs() < latest) {
      const finished = withdraw(claimed)
      const completion = await this.#completions.add(finished)
      if (completion) return this.#publish(finished, claimed.attempt, completion)
      await sleep(WITHDRAW_AGAIN_MS)
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

  /** Leases end while the database is away, and what other hubs know cannot be handed in: they get a moment when it is back. */
  #isSteady(): boolean {
    if (this.#sincePoll.elapsedMs() > SILENCE_MS) this.#sinceSilence = new Stopwatch()
    this.#sincePoll = new Stopwatch()
    return this.#sinceSilence === undefined || this.#sinceSilence.elapsedMs() > HAND_IN_MS
  }

  /** Never a blind repeat: what was under way when its hub went silent is as uncertain as a timeout. */
  async #endExpired(): Promise<void> {
    // those of companies whose rows somebody holds stay expired, and must not keep others' from being seen
    for (const lease of await findExpiredAttempts(this.#deps.db, EXPIRED_BATCH + this.#own.size)) {
      const claim = { claimId: lease.claim_id, messageId: lease.message_id }
      if (!this.#own.has(keyOf(claim))) this.#hold(claim, this.#endLease(lease))
    }
  }

  async #endLease(lease: ExpiredAttempt): Promise<void> {
    await this.#complete(finishedByLease(lease), lease.attempt)
    this.#addPending(lease.company_id, [lease.channel_id])
  }

  #hold(claim: ClaimKey, work: Promise<void>): void {
    const key = keyOf(claim)
    this.#own.add(key)
    this.#track(work.finally(() => this.#own.delete(key)))
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => this.#report(error))
      .finally(() => {
        this.#underWay.delete(tracked)
      })
    this.#underWay.add(tracked)
  }

  /** An absent database is the readiness page's matter. */
  #report(error: unknown): void {
    if (!(error instanceof StorageUnavailable)) this.#deps.log.error({ err: error }, 'deliveries')
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
