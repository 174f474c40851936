import { Counter, Gauge, type Registry } from 'prom-client'
import type { Reader } from '../db/database.ts'
import { readTimerLag } from './queries.ts'

export interface TimerMetrics {
  fired(kind: string, count: number): void
  failed(kind: string): void
}

/** Counts the timers that this hub fires; how long they are overdue is read from the database at each scrape. */
export function measureTimers(registry: Registry, db: Reader, kinds: string[]): TimerMetrics {
  const counted = { labelNames: ['kind'], registers: [registry] }
  const fired = new Counter({ name: 'portico_timer_fired_total', help: 'Timers that this hub fired', ...counted })
  const failed = new Counter({
    name: 'portico_timer_failures_total',
    help: 'Attempts of this hub that failed on one timer',
    ...counted,
  })
  let reading: Promise<void> | undefined
  // one query reads all three gauges; without a database the page shows the last values
  const readAll = () => {
    reading ??= readTimerLag(db, kinds)
      .then(show, () => {})
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const read = { ...counted, collect: readAll }
  const due = new Gauge({ name: 'portico_timer_due', help: 'Timers whose time has come, over all companies', ...read })
  const overdue = new Gauge({
    name: 'portico_timer_late_seconds',
    help: 'How long the oldest of them has been due',
    ...read,
  })
  const failing = new Gauge({
    name: 'portico_timer_failing',
    help: 'Timers that failed and are tried again',
    ...read,
  })
  const show = (rows: Awaited<ReturnType<typeof readTimerLag>>) => {
    for (const row of rows) {
      due.set({ kind: row.kind }, row.due)
      overdue.set({ kind: row.kind }, row.seconds)
      failing.set({ kind: row.kind }, row.failing)
    }
  }
  return { fired: (kind, count) => fired.inc({ kind }, count), failed: (kind) => failed.inc({ kind }) }
}
