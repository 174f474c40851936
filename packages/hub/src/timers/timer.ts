import type { Reader } from '../db/database.ts'

/** A kind of scheduled work. Registered in main.ts; scheduled with schedule_timer (timers.sql) in the transaction that causes it. */
export interface TimerKind {
  /** The name of its folder. It is stored in rows, so it never changes. */
  kind: string
  /**
   * Runs in the transaction that removes the timers of these targets: its writes through `tx` happen exactly once. It may
   * schedule them again. When it throws, both are rolled back, and the timers are retried in smaller batches until the failing one
   * is alone; that one is retried for ever.
   */
  fire(tx: Reader, companyId: number, targetIds: number[]): Promise<void>
}
