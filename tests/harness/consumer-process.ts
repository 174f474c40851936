import { Bus } from '@portico/hub/bus'
import { startConsumers } from '@portico/hub/consumers'
import { openDatabase } from '@portico/hub/database'
import { makeRegistry } from '@portico/hub/metrics'
import { startTimers } from '@portico/hub/timers'
import { shiftClock } from './shift-clock.ts'

/** Consumers and timers of a hub in a process of its own, so that a test can kill it: node consumer-process.ts <database url>. They write into the tables `seen` and `fired`. */
const db = openDatabase({ connection: { connectionString: process.argv[2] ?? '' } })
const deps = {
  db,
  bus: new Bus(db),
  registry: makeRegistry(),
  log: { error: (fields: unknown) => console.error(fields) },
}
await startConsumers(deps, [
  {
    name: 'seen',
    types: ['inbound'],
    async handle(tx, { companyId, after, upTo }) {
      await tx.query(
        'see',
        `insert into seen select e.company_id, e.number from events e, pg_sleep(0.005)
         where e.company_id = $1 and e.number > $2 and e.number <= $3 and e.type = 'inbound'`,
        [companyId, after, upTo],
      )
    },
  },
])
startTimers(deps, [
  {
    kind: 'fired',
    async fire(tx, companyId, subjects) {
      await tx.query(
        'fire',
        'insert into fired select $1, s, clock_timestamp() from unnest($2::bigint[]) s, pg_sleep(0.005)',
        [companyId, subjects],
      )
    },
  },
])
process.on('message', ({ shiftMs }: { shiftMs: number }) => shiftClock(shiftMs))
process.on('disconnect', () => process.exit(0))
process.send?.('started')
