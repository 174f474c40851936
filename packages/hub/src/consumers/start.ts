import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { CompanyWorker } from '../db/company-worker.ts'
import type { Database } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import type { Bus } from '../events/bus.ts'
import type { Consumer } from './consumer.ts'
import { measureConsumers } from './metrics.ts'
import { findLagging, registerConsumer, type Taken } from './queries.ts'
import { consumerWorker } from './worker.ts'

export interface ConsumerDeps {
  db: Database
  bus: Pick<Bus, 'on'>
  log: Pick<Logger, 'error'>
  registry: Registry
}

const POLL_MS = 1_000
const MOST_LAGGING = 1_000

/**
 * Registers consumers and starts them: they are woken by the bus, and by a poll each second for events without a wake-up. A
 * failed registration is retried by the poll, without events until then. `stop` waits for the batches in flight.
 */
export async function startConsumers({ db, bus, log, registry }: ConsumerDeps, consumers: Consumer[]) {
  const names = consumers.map(({ name }) => name)
  const metrics = measureConsumers(registry, db, names)
  const unregistered = new Set(consumers)
  const workers = new Map<string, CompanyWorker<Taken>>()
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) log.error({ err: error }, 'the consumers failed')
  }
  const register = async () => {
    for (const consumer of unregistered) {
      try {
        await registerConsumer(db, consumer.name)
      } catch (error) {
        report(error)
        continue
      }
      unregistered.delete(consumer)
      workers.set(consumer.name, consumerWorker({ db, log, metrics }, consumer))
    }
  }
  await register()
  const unsubscribe = bus.on('events', (companyId) => {
    for (const worker of workers.values()) worker.wake(companyId)
  })
  const poll = async () => {
    try {
      await register()
      const lagging = await findLagging(db, [...workers.keys()], MOST_LAGGING)
      for (const { consumer, company_id } of lagging) workers.get(consumer)?.wake(company_id)
    } catch (error) {
      report(error)
    }
    timer = isStopping ? undefined : setTimeout(next, POLL_MS)
  }
  const next = () => {
    polling = poll()
  }
  let isStopping = false
  let timer: NodeJS.Timeout | undefined
  let polling = poll()
  return {
    async stop(): Promise<void> {
      isStopping = true
      unsubscribe()
      clearTimeout(timer)
      await polling
      await Promise.all([...workers.values()].map((worker) => worker.stop()))
    },
  }
}
