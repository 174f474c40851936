import { Counter, Gauge, type Registry } from 'prom-client'
import type { Reader } from '../db/database.ts'
import { measureLag } from './queries.ts'

export interface ConsumerMetrics {
  handled(consumer: string, events: number): void
  failed(consumer: string): void
}

/** Counts what consumers do in this hub; how far they are behind is read from the database each time that the metrics are asked for. */
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
  let reading: Promise<void> | undefined
  // one query reads all three gauges; without a database the page shows the last values
  const readAll = () => {
    reading ??= measureLag(db, names)
      .then(show, () => {})
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const read = { ...counted, collect: readAll }
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
