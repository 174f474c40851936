import type { Reader } from '../db/database.ts'

/** The events of one company with the numbers after `after`, up to `upTo`: all of them are there, whatever their type. */
export interface EventBatch {
  companyId: number
  after: number
  upTo: number
}

/** Whoever does something because something happened. Registered in main.ts. */
export interface Consumer {
  /** The name of its folder. The cursor is stored under it, so it never changes. */
  name: string
  /** A batch without any event of these types is passed over. */
  types: readonly string[]
  /**
   * Runs in the transaction that moves the cursor: what it writes through `tx` happens exactly once. A throw undoes both, and
   * the batch comes again, in smaller ones, until the event that fails is alone; that one is tried again for ever.
   */
  handle(tx: Reader, batch: EventBatch): Promise<void>
  /** Called after the commit, to wake the readers of what was written. A hub that is killed does not call it. */
  committed?(): void
}
