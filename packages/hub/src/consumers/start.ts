import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import type { Database } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import type { Bus } from '../events/bus.ts'
import type { Consumer } from './consumer.ts'
import { measureConsumers } from './metrics.ts'
import { findLagging, registerConsumer } from './queries.ts'
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
 * Registers consumers and starts them: woken by the bus, and by a poll each second for what no hint told of. `stop` waits for
 * the batches under way.
 */
export async function startConsumers({ db, bus, log, registry }: ConsumerDeps, consumers: Consumer[]) {
  const names = consumers.map(({ name }) => name)
  let isRegistered = false
  const register = async () => {
    for (const name of names) await registerConsumer(db, name)
    isRegistered = true
  }
  const report = (error: unknown) => {
    if (!(error instanceof StorageUnavailable)) log.error({ err: error }, 'consumers')
  }
  // with the database away nothing happens that they could miss; they register when it is back
  await register().catch(report)
  const metrics = measureConsumers(registry, db, names)
  const workers = new Map(consumers.map((each) => [each.name, consumerWorker({ db, log, metrics }, each)]))
  const unsubscribe = bus.on('events', (companyId) => {
    for (const worker of workers.values()) worker.wake(companyId)
  })
  const poll = async () => {
    try {
      if (!isRegistered) await register()
      const lagging = await findLagging(db, names, MOST_LAGGING)
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
