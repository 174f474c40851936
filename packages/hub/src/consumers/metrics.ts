import { Counter, Gauge, type Registry } from 'prom-client'
import type { Reader } from '../db/database.ts'
import { measureLag } from './queries.ts'

export interface ConsumerMetrics {
  handled(consumer: string, events: number): void
  failed(consumer: string): void
}

/** Counts what consumers do in this hub; how far they are behind is read from the database at each look. */
export function measureConsumers(registry: Registry, db: Reader, names: string[]): ConsumerMetrics {
  const counted = { labelNames: ['consumer'], registers: [registry] }
  const handled = new Counter({
    name: 'portico_consumer_events_total',
    help: 'Events that this hub moved a consumer over',
    ...counted,
  })
  const failed = new Counter({
    name: 'portico_consumer_failures_total',
    help: 'Attempts of this hub that failed on one event',
    ...counted,
  })
  let looking: Promise<void> | undefined
  // the three are read together; without a database the page shows what was read last
  const look = () => {
    looking ??= measureLag(db, names)
      .then(show, () => {})
      .finally(() => {
        looking = undefined
      })
    return looking
  }
  const read = { ...counted, collect: look }
  const events = new Gauge({
    name: 'portico_consumer_lag_events',
    help: 'Events that a consumer has not come to, over all companies',
    ...read,
  })
  const seconds = new Gauge({
    name: 'portico_consumer_lag_seconds',
    help: 'Age of the oldest event that a consumer has not come to',
    ...read,
  })
  const failing = new Gauge({
    name: 'portico_consumer_failing_companies',
    help: 'Companies in which a consumer fails on an event and tries again',
    ...read,
  })
  const show = (rows: Awaited<ReturnType<typeof measureLag>>) => {
    for (const row of rows) {
      events.set({ consumer: row.consumer }, row.events)
      seconds.set({ consumer: row.consumer }, row.seconds)
      failing.set({ consumer: row.consumer }, row.failing)
    }
  }
  return {
    handled: (consumer, count) => handled.inc({ consumer }, count),
    failed: (consumer) => failed.inc({ consumer }),
  }
}
