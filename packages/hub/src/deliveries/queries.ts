import type { Reader } from '../db/database.ts'
import type { Attempt } from './schema.ts'

interface ReadyRow {
  /** The channel; null in the last row. */
  company_id: number | null
  channel_id: number
  has_slot: boolean
  wait_ms: number | null
}

export interface ReadyChannels {
  byCompany: Map<number, number[]>
  /** Finds channels with a due delivery, of one company or of all (null). */
  full: { companyId: number; channelId: number }[]
  /** Milliseconds until the next delivery is due; null when none is scheduled. */
  nextDueMs: number | null
}

/** Finds channels with a due delivery, of one company or of all (null). */
export async function findReadyChannels(db: Reader, companyId: number | null): Promise<ReadyChannels> {
  const rows = await db.query<ReadyRow>(
    'find_ready_channels',
    'select company_id, channel_id, has_slot, wait_ms from find_ready_channels($1)',
    [companyId],
  )
  const ready: ReadyChannels = { byCompany: new Map(), full: [], nextDueMs: null }
  for (const row of rows) {
    if (row.company_id === null) ready.nextDueMs = row.wait_ms
    else if (!row.has_slot) ready.full.push({ companyId: row.company_id, channelId: row.channel_id })
    else ready.byCompany.set(row.company_id, [...(ready.byCompany.get(row.company_id) ?? []), row.channel_id])
  }
  return ready
}

export interface ExpiredAttempt {
  company_id: number
  message_id: number
  channel_id: number
  claim_id: string
  /** The number of the attempt. */
  attempt: number
  retries: number
  idempotent: boolean
}

/** Finds attempts whose hub died, or was suspended, before it could report the result. */
export function findExpiredAttempts(db: Reader, limit: number): Promise<ExpiredAttempt[]> {
  return db.query<ExpiredAttempt>('find_expired_attempts', 'select * from find_expired_attempts($1)', [limit])
}

/** Limits future times that another clock wrote to the longest possible ones. */
export async function clampFutureTimes(db: Reader, leaseSeconds: number): Promise<void> {
  await db.query('clamp_future_times', 'select clamp_future_times($1)', [leaseSeconds])
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
