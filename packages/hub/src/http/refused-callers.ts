import { setTimeout as sleep } from 'node:timers/promises'

/** Refusals that a caller gets at once, and how many a second after that. */
const burst = 500
const perSecond = 200
const burstMs = (burst * 1_000) / perSecond
const longestMs = 3_000
const maxKnown = 10_000

/**
 * Slows down who shows tokens of nobody, or goes on beyond its rate limit: the refusals of one caller leave at an even pace, and so it
 * asks no faster.
 */
export class RefusedCallers {
  /** The time at which the next request of a caller is answered, in monotonic milliseconds. */
  readonly #answeredAt = new Map<string, number>()

  /** Resolves when the next refusal of the caller may leave. */
  async pace(caller: string): Promise<void> {
    const now = performance.now()
    const latest = now + burstMs + longestMs
    const answeredAt = Math.min(latest, Math.max(this.#answeredAt.get(caller) ?? 0, now) + 1_000 / perSecond)
    this.#answeredAt.set(caller, answeredAt)
    if (this.#answeredAt.size > maxKnown) this.#forget(now)
    const ms = answeredAt - now - burstMs
    if (ms > 0) await sleep(ms)
  }

  #forget(now: number): void {
    for (const [caller, answeredAt] of this.#answeredAt) if (answeredAt < now) this.#answeredAt.delete(caller)
  }
}
