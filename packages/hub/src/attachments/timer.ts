import type { FileStorage } from '../file-storage/file-storage.ts'
import type { TimerKind } from '../timers/timer.ts'
import { deleteRows, scheduleNextExpiry, takeExpired } from './queries.ts'

/** In one transaction, which must not last long. */
const MOST_AT_ONCE = 25

/** Removes the files that nobody used within a day, and those of what was deleted: the bytes first, so that none are left without a row. */
export function expiredAttachments(storage: FileStorage): TimerKind {
  return {
    kind: 'attachments',
    async fire(tx, companyId) {
      const expired = await takeExpired(tx, companyId, MOST_AT_ONCE)
      await storage.remove(expired.map(({ storage_key }) => storage_key))
      await deleteRows(
        tx,
        companyId,
        expired.map(({ id }) => id),
      )
      await scheduleNextExpiry(tx, companyId)
    },
  }
}
