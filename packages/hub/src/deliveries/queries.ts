import type { Reader } from '../db/database.ts'
import type { Attempt } from './schema.ts'

export interface DueLanes {
  byCompany: Map<number, number[]>
  /** Until the next delivery is due; null when none is planned. */
  nextDueMs: number | null
}

/** Channels with a due delivery and a slot for it, of one company or of all (null). */
export async function chooseLanes(db: Reader, companyId: number | null): Promise<DueLanes> {
  const rows = await db.query<{ company_id: number | null; channel_id: number; wait_ms: number | null }>(
    'choose_lanes',
    'select company_id, channel_id, wait_ms from choose_lanes($1)',
    [companyId],
  )
  const due: DueLanes = { byCompany: new Map(), nextDueMs: null }
  for (const row of rows) {
    if (row.company_id === null) due.nextDueMs = row.wait_ms
    else due.byCompany.set(row.company_id, [...(due.byCompany.get(row.company_id) ?? []), row.channel_id])
  }
  return due
}

export interface ExpiredLease {
  company_id: number
  message_id: number
  channel_id: number
  claim_id: string
  attempts: number
  retries: number
  idempotent: boolean
}

/** Attempts whose hub died, or was paused, before it could say what became of them. */
export function expiredLeases(db: Reader, limit: number): Promise<ExpiredLease[]> {
  return db.query<ExpiredLease>('expired_leases', 'select * from expired_leases($1)', [limit])
}

/** Brings times that another clock wrote back to where they can be. */
export async function mendTimes(db: Reader, leaseSeconds: number): Promise<void> {
  await db.query('mend_times', 'select mend_times($1)', [leaseSeconds])
}

export interface AttemptRow {
  number: number
  started_at: Date
  duration_ms: number | null
  status_code: number | null
  outcome: Attempt['outcome']
  error_code: string | null
  error_message: string | null
  response_excerpt: string | null
}

export function listAttempts(db: Reader, companyId: number, messageId: number): Promise<AttemptRow[]> {
  return db.query<AttemptRow>(
    'list_delivery_attempts',
    `select 1 as number, started_at, duration_ms, status_code, 'sent' as outcome, null as error_code, null as error_message,
       response_excerpt
     from deliveries where company_id = $1 and message_id = $2 and started_at is not null
     union all
     select number, started_at, duration_ms, status_code, outcome, error_code, error_message, response_excerpt
     from delivery_attempts where company_id = $1 and message_id = $2 order by number`,
    [companyId, messageId],
  )
}
