const FIRST_RATE = 8
const SLOWEST = 1 / 60
/** A pause leaves part of the rate unused; so many seconds of it may be made up for. */
const BURST_SECONDS = 0.2
/** By what the rate grows in a second when nobody says no: while nothing is known; well below what was too fast; near it. */
const GROWTH = { learning: 0.7, below: 0.06, near: 0.0005 }
/** Near it, growth doubles after so many seconds without a no. */
const BOLDER_AFTER_S = 8
const NEAR = 0.9
const CLOSE_BELOW = 0.96
/** Without a 429 for so long, its rate is not what holds a channel up. */
const FORGOTTEN_AFTER_MS = 120_000

/**
 * How fast one channel takes messages, learned from its 429s: begins low and doubles each second until it is too fast, then stays
 * close below, and tries faster rates sooner the longer no 429 comes. Times in milliseconds of the monotonic clock.
 */
export class Pace {
  #rate = FIRST_RATE
  #tooFast = Number.POSITIVE_INFINITY
  #pausedUntil: number
  #refusedAt: number
  #saidAt: number
  #grownAt: number
  /** The time at which the next message may go; before `now` by what may be made up for. */
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

  /** How many may go now. */
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

  /** It pauses, and nobody has said so again for this long. */
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
