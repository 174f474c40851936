import type { Database } from './database.ts'
import { StorageFull, StorageUnavailable } from './failures.ts'

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * For reads what group-commit.ts is for writes: at most one batch is in flight; what arrives meanwhile goes into the next,
 * and no timer waits for more. A batch is only a faster way to do one thing many times: a failed one is run again one by
 * one, so that a bad item fails only itself.
 */
export class Batcher<Item, Result> {
  readonly #run: (items: Item[]) => Promise<Result[]>
  readonly #maxItems: number
  readonly #queue: Waiting<Item, Result>[] = []
  #isRunning = false

  /** `run` answers in the order of its items, or throws. */
  constructor(maxItems: number, run: (items: Item[]) => Promise<Result[]>) {
    this.#maxItems = maxItems
    this.#run = run
  }

  /** Resolves when its batch has run. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject })
      if (!this.#isRunning) void this.#runAll()
    })
  }

  async #runAll(): Promise<void> {
    this.#isRunning = true
    while (this.#queue.length > 0) await this.#runBatch(this.#queue.splice(0, this.#maxItems))
    this.#isRunning = false
  }

  async #runBatch(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#run(batch.map(({ item }) => item))
      for (const [i, { resolve }] of batch.entries()) resolve(results[i] as Result)
    } catch (error) {
      // what waits behind an absent database has waited long enough
      if (error instanceof StorageUnavailable) batch.push(...this.#queue.splice(0))
      if (batch.length === 1 || error instanceof StorageUnavailable || error instanceof StorageFull) {
        for (const { reject } of batch) reject(error)
      } else for (const one of batch) await this.#runBatch([one])
    }
  }
}

/** One Batcher for each database, made when first used. */
export function batcherOf<Item, Result>(
  maxItems: number,
  make: (db: Database) => (items: Item[]) => Promise<Result[]>,
): (db: Database) => Batcher<Item, Result> {
  const byDatabase = new WeakMap<Database, Batcher<Item, Result>>()
  return (db) => {
    const known = byDatabase.get(db)
    if (known) return known
    const batcher = new Batcher(maxItems, make(db))
    byDatabase.set(db, batcher)
    return batcher
  }
}

/** The row of each item, by the place (from 1) that it has among them. */
export function inPlace<Row extends { place: number }>(items: unknown[], rows: Row[]): (Row | undefined)[] {
  const found: (Row | undefined)[] = items.map(() => undefined)
  for (const row of rows) found[row.place - 1] = row
  return found
}
