import { randomKey } from './random-key.ts'

/**
 * Runs `work` in one tab of this browser at a time. Web Locks exist in secure contexts only; over plain http a lease
 * that all tabs see stands in for them. A tab that crashed loses it after a few seconds.
 */
export async function oneTabAtATime<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  if (navigator.locks) return await navigator.locks.request(name, work)
  const lease = new Lease(`portico.lease.${name}`)
  await lease.take()
  try {
    return await work()
  } finally {
    lease.end()
  }
}

const leaseMs = 10_000
const renewEveryMs = 2_000
/** In this time a write of one tab is seen by all others. */
const storageDelayMs = 50

interface Holder {
  by: string
  until: number
}

class Lease {
  readonly #key: string
  readonly #me = randomKey()
  #renewal: ReturnType<typeof setInterval> | undefined
  readonly #leave = () => this.end()

  constructor(key: string) {
    this.#key = key
  }

  /** Who writes last wins: each looks again when all have written. */
  async take(): Promise<void> {
    // a tab that closes has no time to wait for its answer
    window.addEventListener('pagehide', this.#leave)
    for (;;) {
      const holder = this.#holder()
      if (holder && holder.until > Date.now()) await pause(storageDelayMs)
      else if (!this.#write()) return
      else {
        await pause(storageDelayMs)
        if (this.#holder()?.by === this.#me) break
      }
    }
    this.#renewal = setInterval(() => this.#holder()?.by === this.#me && this.#write(), renewEveryMs)
  }

  end(): void {
    clearInterval(this.#renewal)
    window.removeEventListener('pagehide', this.#leave)
    if (this.#holder()?.by === this.#me) localStorage.removeItem(this.#key)
  }

  #holder(): Holder | null {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? 'null') as Holder | null
    } catch {
      return null
    }
  }

  /** False where the browser stores nothing: then no other tab can hold it either. */
  #write(): boolean {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ by: this.#me, until: Date.now() + leaseMs }))
      return true
    } catch {
      return false
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
