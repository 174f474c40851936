import { StorageFull, StorageUnavailable } from './failures.ts'

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * At most one batch is in flight; what arrives meanwhile goes into the next, and no timer waits for more. A batch is only
 * a faster way to do one thing many times: a failed one is run again one by one, so that a bad item fails only itself.
 */
export class GroupCommit<Item, Result> {
  readonly #commit: (items: Item[]) => Promise<Result[]>
  readonly #maxItems: number
  readonly #queue: Waiting<Item, Result>[] = []
  #isRunning = false

  /** `commit` stores all or nothing and answers in the order of its items. */
  constructor(maxItems: number, commit: (items: Item[]) => Promise<Result[]>) {
    this.#maxItems = maxItems
    this.#commit = commit
  }

  /** Resolves after commit. */
  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject })
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    while (this.#queue.length > 0) await this.#store(this.#queue.splice(0, this.#maxItems))
    this.#isRunning = false
  }

  async #store(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#commit(batch.map(({ item }) => item))
      for (const [i, { resolve }] of batch.entries()) resolve(results[i] as Result)
    } catch (error) {
      if (batch.length === 1 || error instanceof StorageUnavailable || error instanceof StorageFull) {
        for (const { reject } of batch) reject(error)
      } else for (const one of batch) await this.#store([one])
    }
  }
}
