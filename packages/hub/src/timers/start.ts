import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { CompanyWorker } from '../db/company-worker.ts'
import type { Database } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import { measureTimers, type TimerMetrics } from './metrics.ts'
import { clampTimers, findDueTimers, putOffTimer, takeTimers } from './queries.ts'
import type { TimerKind } from './timer.ts'

export interface TimerDeps {
  db: Database
  log: Pick<Logger, 'error'>
  registry: Registry
}

/** The interval of polls: a timer scheduled since the last one fires within a second. */
const POLL_MS = 500
const CLAMP_EVERY_POLLS = 20
const MAX_DUE_READ = 5_000

/**
 * Starts the workers that fire timers: polls twice a second and when the next is due, by the database's clock. `stop` waits for
 * the batches in flight.
 */
export function startTimers({ db, log, registry }: TimerDeps, timers: TimerKind[]) {
  const kinds = timers.map(({ kind }) => kind)
  const metrics = measureTimers(registry, db, kinds)
  const workers = new Map(timers.map((each) => [each.kind, timerWorker({ db, log, metrics }, each)]))
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) log.error({ err: error }, 'the timers failed')
  }
  const clamp = async () => {
    if (pollsSinceClamp++ < CLAMP_EVERY_POLLS) return
    await clampTimers(db)
    pollsSinceClamp = 0
  }
  const poll = async () => {
    let waitMs = POLL_MS
    try {
      await clamp().catch(report)
      const { due, nextDueMs } = await findDueTimers(db, kinds, MAX_DUE_READ)
      for (const { kind, companyId } of due) workers.get(kind)?.wake(companyId)
      waitMs = Math.min(POLL_MS, Math.max(nextDueMs ?? POLL_MS, 1))
    } catch (error) {
      report(error)
    }
    timer = isStopping ? undefined : setTimeout(next, waitMs)
  }
  const next = () => {
    polling = poll()
  }
  let isStopping = false
  let pollsSinceClamp = CLAMP_EVERY_POLLS
  let timer: NodeJS.Timeout | undefined
  let polling = poll()
  return {
    async stop(): Promise<void> {
      isStopping = true
      clearTimeout(timer)
      await polling
      await Promise.all([...workers.values()].map((worker) => worker.stop()))
    },
  }
}

interface WorkerDeps extends Pick<TimerDeps, 'db' | 'log'> {
  metrics: TimerMetrics
}

/** Fires one kind of timer for many companies. */
function timerWorker({ db, log, metrics }: WorkerDeps, { kind, fire }: TimerKind): CompanyWorker<number[]> {
  return new CompanyWorker<number[]>(
    db,
    {
      take: (tx, companyId, limit) => takeTimers(tx, companyId, kind, limit),
      sizeOf: (targetIds) => targetIds.length,
      run: (tx, companyId, targetIds) => fire(tx, companyId, targetIds),
      committed: (_companyId, targetIds) => metrics.fired(kind, targetIds.length),
      async failed(company_id, err, targetIds) {
        metrics.failed(kind)
        const targetId = targetIds?.[0]
        const row =
          targetId === undefined ? undefined : await putOffTimer(db, company_id, kind, targetId).catch(() => undefined)
        log.error({ err, kind, company_id, target_id: targetId, ...row }, 'a timer failed')
        return row !== undefined
      },
    },
    0,
  )
}
