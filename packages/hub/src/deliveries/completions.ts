import { setTimeout as sleep } from 'node:timers/promises'
import type { Reader } from '../db/database.ts'
import { type Completion, completeDeliveries, type Finished, MAX_BATCH } from './complete.ts'

interface Waiting {
  finished: Finished
  resolve: (completion: Completion | null) => void
}

const AGAIN_MS = 500

/**
 * Group commit of results: what finishes while a commit is in flight goes into the next one. While the database is away
 * results wait; a result that comes after its lease is then ignored, and the lease's end was told instead.
 */
export class Completions {
  readonly #db: Reader
  readonly #report: (error: unknown, finished: Finished) => void
  readonly #queue: Waiting[] = []
  #isRunning = false

  constructor(db: Reader, report: (error: unknown, finished: Finished) => void) {
    this.#db = db
    this.#report = report
  }

  /** Resolves after commit; null when the result no longer counted. */
  add(finished: Finished): Promise<Completion | null> {
    return new Promise((resolve) => {
      this.#queue.push({ finished, resolve })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, MAX_BATCH)
      try {
        const results = await completeDeliveries(
          this.#db,
          batch.map(({ finished }) => finished),
          this.#report,
        )
        for (const [i, { resolve }] of batch.entries()) resolve(results[i] ?? null)
      } catch {
        this.#queue.unshift(...batch)
        await sleep(AGAIN_MS, undefined, { ref: false })
      }
    }
    this.#isRunning = false
  }
}
