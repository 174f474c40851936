import { randomKey } from './random-key.ts'

/**
 * Runs `work` in one tab of this browser at a time. Web Locks exist in secure contexts only; over plain http a lease
 * in localStorage replaces them. A tab that crashed loses it after a few seconds.
 */
export async function withTabLock<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
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
/** The time until a write to localStorage is visible in all tabs. */
const leaseSettleMs = 50

interface Holder {
  by: string
  until: number
}

class Lease {
  readonly #key: string
  readonly #me = randomKey()
  #renewal: ReturnType<typeof setInterval> | undefined
  readonly #onPageHide = () => this.end()

  constructor(key: string) {
    this.#key = key
  }

  /** The last writer wins: each tab reads the lease again when all have written. */
  async take(): Promise<void> {
    // a closing tab gives the lease back at once
    window.addEventListener('pagehide', this.#onPageHide)
    for (;;) {
      const holder = this.#holder()
      if (holder && holder.until > Date.now()) await sleep(leaseSettleMs)
      else if (!this.#write()) return
      else {
        await sleep(leaseSettleMs)
        if (this.#holder()?.by === this.#me) break
      }
    }
    this.#renewal = setInterval(() => this.#holder()?.by === this.#me && this.#write(), renewEveryMs)
  }

  end(): void {
    clearInterval(this.#renewal)
    window.removeEventListener('pagehide', this.#onPageHide)
    if (this.#holder()?.by === this.#me) localStorage.removeItem(this.#key)
  }

  #holder(): Holder | null {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? 'null') as Holder | null
    } catch {
      return null
    }
  }

  /** Returns false when the browser stores nothing: then no other tab can hold the lease either. */
  #write(): boolean {
    try {
      localStorage.setItem(this.#key, JSON.stringify({ by: this.#me, until: Date.now() + leaseMs }))
      return true
    } catch {
      return false
    }
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
