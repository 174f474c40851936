import { publicId } from '@portico/protocol'
import { waitingStates } from '../db/constants.ts'
import type { Delivery } from './schema.ts'

/** A delivery as it stands on its message; times come as Date or, out of jsonb, as ISO text. */
export interface DeliveryRow {
  state: Exclude<Delivery['state'], 'waiting'>
  /** The one of its conversation that goes next. */
  is_next: boolean
  /** The outbox row; null for a settled delivery. */
  due_at: Date | string | null
  attempts: number
  error_code: string | null
  error_message: string | null
  waits_for_id: number | null
  /** 0: an integration. */
  decided_by: number | null
  dismissed_at: Date | string | null
  may_have_arrived: boolean
  held_until: Date | string | null
}

/** The state in the API and the app: `waiting` is one that waits behind another of its conversation. */
export function presentDelivery(row: DeliveryRow, companyId: number): Delivery {
  const waits = waitingStates.some((state) => state === row.state)
  const nextAttempt = new Date(row.due_at ?? 0).getTime() / 1000
  const undoRuns = row.state === 'queued' && row.attempts === 0 && nextAttempt * 1000 > Date.now()
  return {
    state: waits && !row.is_next ? 'waiting' : row.state,
    undo_until: undoRuns ? nextAttempt : null,
    next_attempt_at: row.state === 'delayed' ? nextAttempt : null,
    held_until: !undoRuns && row.is_next ? laterThanNow(row.held_until) : null,
    error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
    attempts: row.attempts,
    may_have_arrived: row.may_have_arrived,
    is_dismissed: row.dismissed_at !== null,
    waits_for: waits && row.waits_for_id ? publicId('msg', companyId, row.waits_for_id) : null,
    decided_by: row.decided_by ? publicId('tea', companyId, row.decided_by) : null,
    decided_by_type: row.decided_by === null ? null : row.decided_by === 0 ? 'api' : 'teammate',
  }
}

/** Seconds since 1970; null when it is over. */
function laterThanNow(time: Date | string | null): number | null {
  const seconds = time === null ? 0 : new Date(time).getTime() / 1000
  return seconds * 1000 > Date.now() ? seconds : null
}
