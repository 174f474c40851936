import type { TimerKind } from '../timers/timer.ts'

/** Removes expired rows once a day for each company. */
export const expiredRows: TimerKind = {
  kind: 'expired-rows',
  async fire(tx, companyId) {
    await tx.query('delete_expired_rows', 'select delete_expired_rows($1)', [companyId])
  },
}
