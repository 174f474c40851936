import type { Reader } from '../db/database.ts'

/** What happens at a time. Registered in main.ts; scheduled with schedule_timer (timers.sql), in the transaction it follows from. */
export interface TimerKind {
  /** Its folder's. Rows are stored under it, so it never changes. */
  kind: string
  /**
   * Runs in the transaction that removes the timers of these subjects: what it writes through `tx` happens exactly once. It may
   * schedule them anew. A throw undoes both; the timers come again, in smaller batches, until the one that fails is alone;
   * that one is tried again for ever.
   */
  fire(tx: Reader, companyId: number, subjects: number[]): Promise<void>
}
