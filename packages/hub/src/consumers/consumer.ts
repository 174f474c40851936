import type { Reader } from '../db/database.ts'

/** The events of one company with the numbers after `after`, up to `upTo`: all of them are there, whatever their type. */
export interface EventBatch {
  companyId: number
  after: number
  upTo: number
}

/** A consumer of events. Registered in main.ts. */
export interface Consumer {
  /** The name of its folder. The cursor is stored under it, so it never changes. */
  name: string
  /** A batch without any event of these types is passed over. */
  types: readonly string[]
  /**
   * Runs in the transaction that moves the cursor: its writes through `tx` happen exactly once. When it throws, both are rolled
   * back, and the batch is retried in smaller ones until the failing event is alone; that one is retried for ever.
   */
  handle(tx: Reader, batch: EventBatch): Promise<void>
  /** Called after the commit, to wake the readers of what was written. A hub that is killed does not call it. */
  committed?(): void
}
