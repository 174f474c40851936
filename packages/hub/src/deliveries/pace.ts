const FIRST_RATE = 8
const SLOWEST = 1 / 60
/** The seconds of unused rate that may be made up for after a pause. */
const BURST_SECONDS = 0.2
/** The growth of the rate in a second without a 429: at first; well below the known limit; near it. */
const GROWTH = { learning: 0.7, below: 0.06, near: 0.0005 }
/** The seconds without a 429 after which the growth near the limit doubles. */
const BOLDER_AFTER_S = 8
const NEAR = 0.9
const CLOSE_BELOW = 0.96
/** The time without a 429 after which the rate no longer limits a channel. */
const FORGOTTEN_AFTER_MS = 120_000

/**
 * The rate limit of a channel, learned from its 429s: starts low and doubles each second until a 429, then stays just below, and
 * tries faster rates sooner the longer no 429 arrives. Times in milliseconds of the monotonic clock.
 */
export class Pace {
  #rate = FIRST_RATE
  #tooFast = Number.POSITIVE_INFINITY
  #pausedUntil: number
  #refusedAt: number
  #saidAt: number
  #grownAt: number
  /** The time at which the next message may be sent; before `now` by the part that may be made up for. */
  #nextAt: number
  #accepted = 0

  constructor(now: number, pauseMs: number) {
    this.#refusedAt = now
    this.#saidAt = now
    this.#pausedUntil = now + pauseMs
    this.#grownAt = this.#pausedUntil
    this.#nextAt = this.#pausedUntil
  }

  get perSecond(): number {
    return this.#rate
  }

  /** The number of messages that may be sent now. */
  capacity(now: number): number {
    if (now < this.#pausedUntil) return 0
    this.#nextAt = Math.max(this.#nextAt, now - BURST_SECONDS * 1_000)
    return now < this.#nextAt ? 0 : 1 + Math.floor(((now - this.#nextAt) * this.#rate) / 1_000)
  }

  untilCapacity(now: number): number {
    return Math.max(this.#pausedUntil, this.#nextAt) - now
  }

  take(count: number): void {
    this.#nextAt += (count * 1_000) / this.#rate
  }

  giveBack(count: number): void {
    this.take(-count)
  }

  /** Whether it has been paused for this long without another 429. */
  hasPaused(forMs: number, now: number): boolean {
    return now < this.#pausedUntil && now - this.#saidAt > forMs
  }

  /** A person ended the pause: "Try now". */
  resume(now: number): void {
    this.#pausedUntil = Math.min(this.#pausedUntil, now)
    this.#nextAt = Math.min(this.#nextAt, now)
  }

  accepted(now: number): void {
    this.#accepted++
    this.#grow(now)
  }

  /** Whether a 429 belongs to a request that was in flight at the previous one: it says nothing new about the rate. */
  rateLimited(startedAt: number, now: number, pauseMs: number): void {
    const isNews = startedAt >= this.#pausedUntil
    this.#saidAt = now
    this.#pausedUntil = Math.max(this.#pausedUntil, now + pauseMs)
    if (isNews) this.#slowDown(now)
    this.#nextAt = Math.max(this.#nextAt, this.#pausedUntil)
    this.#grownAt = this.#pausedUntil
  }

  isOver(now: number): boolean {
    return now - this.#refusedAt > FORGOTTEN_AFTER_MS
  }

  #slowDown(now: number): void {
    const isLearning = this.#tooFast === Number.POSITIVE_INFINITY
    const taken = (this.#accepted * 1_000) / (now - this.#refusedAt)
    if (this.#accepted > 0) this.#tooFast = this.#rate
    const closeBelow = this.#rate * (isLearning ? 0.5 : CLOSE_BELOW)
    this.#rate = Math.max(SLOWEST, taken < this.#rate / 2 ? Math.max(taken, this.#rate / 2) : closeBelow)
    this.#accepted = 0
    this.#refusedAt = now
  }

  #grow(now: number): void {
    const seconds = (now - this.#grownAt) / 1_000
    if (seconds <= 0) return
    this.#grownAt = now
    this.#rate *= Math.exp(this.#growth(now) * Math.min(seconds, 1))
  }

  #growth(now: number): number {
    if (this.#tooFast === Number.POSITIVE_INFINITY) return GROWTH.learning
    if (this.#rate < NEAR * this.#tooFast) return GROWTH.below
    const calmSeconds = (now - this.#refusedAt) / 1_000
    return Math.min(GROWTH.learning, GROWTH.near * 2 ** (calmSeconds / BOLDER_AFTER_S))
  }
}
