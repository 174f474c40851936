import type { Reader } from '../db/database.ts'

/** Takes due timers and returns their target ids. */
export async function takeTimers(tx: Reader, companyId: number, kind: string, limit: number) {
  const [row] = await tx.query<{ subjects: number[] | null }>(
    'take_timers',
    'select take_timers($1, $2, $3) as subjects',
    [companyId, kind, limit],
  )
  return row?.subjects ?? undefined
}

export async function putOffTimer(db: Reader, companyId: number, kind: string, targetId: number) {
  const [row] = await db.query<{ failures: number; retry_seconds: number }>(
    'put_off_timer',
    'select failures, retry_seconds from put_off_timer($1, $2, $3)',
    [companyId, kind, targetId],
  )
  return row
}

/** The companies with due timers, by kind, and the milliseconds until the next timer. */
export async function findDueTimers(db: Reader, kinds: string[], limit: number) {
  const rows = await db.query<{ kind: string | null; company_id: number; next_due_ms: number | null }>(
    'due_timers',
    'select kind, company_id, next_due_ms from due_timers($1, $2)',
    [kinds, limit],
  )
  const due = rows.flatMap(({ kind, company_id }) => (kind === null ? [] : { kind, companyId: company_id }))
  return { due, nextDueMs: rows.find(({ kind }) => kind === null)?.next_due_ms ?? null }
}

export async function clampTimers(db: Reader): Promise<void> {
  await db.query('clamp_timers', 'select mend_timers()')
}

export function readTimerLag(db: Reader, kinds: string[]) {
  return db.query<{ kind: string; due: number; seconds: number; failing: number }>(
    'timer_lag',
    'select kind, due, seconds, failing from timer_lag($1)',
    [kinds],
  )
}
