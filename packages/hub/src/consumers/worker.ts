import type { Logger } from 'pino'
import { CompanyWorker } from '../db/company-worker.ts'
import type { Database } from '../db/database.ts'
import type { Consumer } from './consumer.ts'
import type { ConsumerMetrics } from './metrics.ts'
import { putOffConsumer, type Taken, takeEvents } from './queries.ts'

export interface WorkerDeps {
  db: Database
  log: Pick<Logger, 'error'>
  metrics: ConsumerMetrics
}

/** However often it is woken: events wait a moment, and then go in batches. */
const DEBOUNCE_MS = 50

/** Moves one consumer over the events of many companies. */
export function consumerWorker({ db, log, metrics }: WorkerDeps, consumer: Consumer): CompanyWorker<Taken> {
  const { name } = consumer
  return new CompanyWorker<Taken>(
    db,
    {
      take: (tx, companyId, limit) => takeEvents(tx, consumer, companyId, limit),
      sizeOf: ({ after_event, up_to }) => up_to - after_event,
      async run(tx, companyId, { after_event, up_to, is_wanted }) {
        if (is_wanted) await consumer.handle(tx, { companyId, after: after_event, upTo: up_to })
      },
      committed(_companyId, { after_event, up_to, is_wanted }) {
        metrics.handled(name, up_to - after_event)
        if (is_wanted) consumer.committed?.()
      },
      /** Tried again after a back-off, which every hub keeps. Never passed over. */
      async failed(company_id, err, taken) {
        metrics.failed(name)
        const row = await putOffConsumer(db, company_id, name).catch(() => undefined)
        log.error({ err, consumer: name, company_id, event: taken?.up_to, ...row }, 'a consumer failed on an event')
        return false
      },
    },
    DEBOUNCE_MS,
  )
}
