import { setTimeout as sleep } from 'node:timers/promises'
import type { Database, Reader } from './database.ts'
import { StorageUnavailable } from './failures.ts'

/** Work of many companies that is stored in rows. It is taken in batches, and done in the transaction that takes it. */
export interface CompanyWork<Taken> {
  /** Takes at most `limit` items of a company; undefined when none is due, or another hub works on them. */
  take(tx: Reader, companyId: number, limit: number): Promise<Taken | undefined>
  /** The number of items that were taken. */
  sizeOf(taken: Taken): number
  /** Does what was taken. A throw undoes both. */
  run(tx: Reader, companyId: number, taken: Taken): Promise<void>
  /** Called after the commit. */
  committed(companyId: number, taken: Taken): void
  /** Postpones an item that fails by itself, and resolves to whether it could. `taken` is undefined when taking failed. */
  failed(companyId: number, error: unknown, taken: Taken | undefined): Promise<boolean>
}

/** The most items in a batch. */
const BATCH = 500
/** Companies that are worked on at once. One that waits for a lock blocks a slot for 1.5 s, and is then postponed. */
const MAX_COMPANIES_AT_ONCE = 3
const MAX_PAUSE_MS = 250

/** Does one kind of work for many companies: each separately, one batch at a time. */
export class CompanyWorker<Taken> {
  readonly #db: Pick<Database, 'transaction'>
  readonly #work: CompanyWork<Taken>
  readonly #debounceMs: number
  readonly #waiting = new Set<number>()
  readonly #busy = new Map<number, Promise<void>>()
  readonly #stopping = new AbortController()
  #timer: NodeJS.Timeout | undefined

  /** @param debounceMs the time between a wake and its batch, so that batches fill */
  constructor(db: Pick<Database, 'transaction'>, work: CompanyWork<Taken>, debounceMs: number) {
    this.#db = db
    this.#work = work
    this.#debounceMs = debounceMs
  }

  /** Called when there may be work of this company. */
  wake(companyId: number): void {
    if (this.#stopping.signal.aborted) return
    this.#waiting.add(companyId)
    this.#timer ??= setTimeout(() => this.#fill(), this.#debounceMs)
  }

  /** Starts no more batches and waits for those in flight. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    await Promise.all(this.#busy.values())
  }

  #fill(): void {
    this.#timer = undefined
    for (const companyId of this.#waiting) {
      if (this.#busy.size >= MAX_COMPANIES_AT_ONCE || this.#stopping.signal.aborted) return
      if (!this.#busy.has(companyId)) this.#begin(companyId)
    }
  }

  #begin(companyId: number): void {
    this.#waiting.delete(companyId)
    const turn = this.#takeTurn(companyId).finally(() => {
      this.#busy.delete(companyId)
      this.#fill()
    })
    this.#busy.set(companyId, turn)
  }

  /** Pauses after the last batch as long as that took, which limits the load of many small batches. */
  async #takeTurn(companyId: number): Promise<void> {
    const beganAt = performance.now()
    const hasMore = await this.#advance(companyId)
    if (hasMore) return void this.#waiting.add(companyId)
    const pauseMs = Math.min(performance.now() - beganAt, MAX_PAUSE_MS)
    await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }

  /** Does one batch. A failing batch is halved until the failing item is alone. Resolves to whether there may be more. */
  async #advance(companyId: number): Promise<boolean> {
    for (let limit = BATCH; ; ) {
      const { taken, error } = await this.#attempt(companyId, limit)
      const size = taken === undefined ? 0 : this.#work.sizeOf(taken)
      if (error === undefined) return size === limit
      // the database is unavailable, which /readyz reports, or another hub has locked the rows
      if (taken === undefined && error instanceof StorageUnavailable) return false
      if (size <= 1) return this.#work.failed(companyId, error, taken)
      limit = size >> 1
    }
  }

  async #attempt(companyId: number, limit: number): Promise<{ taken?: Taken | undefined; error?: unknown }> {
    const attempt: { taken?: Taken | undefined } = {}
    try {
      await this.#db.transaction(async (tx) => {
        attempt.taken = await this.#work.take(tx, companyId, limit)
        if (attempt.taken !== undefined) await this.#work.run(tx, companyId, attempt.taken)
      })
    } catch (error) {
      return { ...attempt, error: error ?? new Error('thrown without a reason') }
    }
    if (attempt.taken !== undefined) this.#work.committed(companyId, attempt.taken)
    return attempt
  }
}
