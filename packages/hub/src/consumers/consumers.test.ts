import assert from 'node:assert/strict'
import { after, before, beforeEach, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { createCompany } from '../companies/create.ts'
import type { Reader } from '../db/database.ts'
import { Bus } from '../events/bus.ts'
import type { Consumer, EventBatch } from './consumer.ts'
import { findLagging, measureLag, putOffConsumer, registerConsumer, takeEvents } from './queries.ts'
import { startConsumers } from './start.ts'

let db: TestDatabase
let serial = 0
before(async () => {
  db = await createDatabase()
  await db.query('test_seen', 'create table seen (company_id bigint, consumer text, number bigint)')
})
after(() => db?.drop())
beforeEach(() => db.query('test_forget', 'delete from directory.consumers'))

async function newCompany(): Promise<number> {
  const company = await createCompany(db, { name: `Company ${++serial}` })
  assert(company)
  return company
}

/** Writes an event like a feature: under the company's counter row. */
async function emit(companyId: number, count: number, type = 'inbound'): Promise<void> {
  await db.query(
    'test_emit',
    `with drawn as (update counters set last_event = last_event + $2::integer where company_id = $1 returning last_event)
     insert into events (company_id, number, type, actor)
     select $1, last_event - $2::integer + n, $3, 'system' from drawn, generate_series(1, $2::integer) n`,
    [companyId, count, type],
  )
}

/** Records every wanted event of a batch, and fails where `fails` returns true. */
function recorder(name: string, fails: (companyId: number, numbers: number[]) => boolean = () => false): Consumer {
  return {
    name,
    types: ['inbound'],
    async handle(tx: Reader, { companyId, after, upTo }: EventBatch) {
      const rows = await tx.query<{ number: number }>(
        'test_record',
        `insert into seen select e.company_id, $2, e.number from events e
         where e.company_id = $1 and e.number > $3 and e.number <= $4 and e.type = 'inbound' returning number`,
        [companyId, name, after, upTo],
      )
      if (
        fails(
          companyId,
          rows.map((row) => row.number),
        )
      )
        throw new Error('this one cannot be handled')
    },
  }
}

async function seen(companyId: number, consumer: string): Promise<number[]> {
  const rows = await db.query<{ number: number }>(
    'test_seen_of',
    'select number from seen where company_id = $1 and consumer = $2 order by number',
    [companyId, consumer],
  )
  return rows.map(({ number }) => number)
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, n) => first + n)

async function until<T>(read: () => Promise<T>, expected: T): Promise<void> {
  for (const deadline = Date.now() + 8_000; ; await sleep(25)) {
    const found = await read()
    if (JSON.stringify(found) === JSON.stringify(expected)) return
    if (Date.now() > deadline) assert.deepEqual(found, expected)
  }
}

interface Logged {
  consumer: string
  company_id: number
  event: number
  failures: number
}

/** Consumers of one hub. */
async function start(t: TestContext, consumers: Consumer[], over: TestDatabase = db) {
  const bus = new Bus(over)
  const registry = new Registry()
  const logged: Logged[] = []
  const log = { error: (fields: unknown) => void logged.push(fields as Logged) }
  const running = await startConsumers({ db: over, bus, registry, log }, consumers)
  t.after(() => running.stop())
  return { bus, registry, logged, ...running }
}

it('a new consumer begins at the present, and at 0 in a company that is made later', async (t) => {
  const [old, name] = [await newCompany(), `present-${++serial}`]
  await emit(old, 3)
  await start(t, [recorder(name)])
  const young = await newCompany()
  await emit(old, 2)
  await emit(young, 2)
  await until(() => seen(old, name), [4, 5])
  await until(() => seen(young, name), [1, 2])
})

it('one that cannot be registered gets no events until it is, holds up no other, and begins where it was registered', async (t) => {
  const [company, name] = [await newCompany(), `unregistered-${++serial}`]
  let attempts = 0
  let isBroken = true
  const refusing: TestDatabase = Object.assign(Object.create(db), {
    async query(query: string, text: string, values: unknown[]) {
      if (query === 'register_consumer' && values[0] === name && isBroken) {
        attempts++
        throw new Error('the registration failed')
      }
      return db.query(query, text, values)
    },
  })
  await emit(company, 1)
  const { bus, logged } = await start(t, [recorder(name), recorder(`${name}-other`)], refusing)
  await emit(company, 2)
  bus.eventsCommitted(company)
  await until(() => seen(company, `${name}-other`), [2, 3])
  await until(async () => attempts >= 4, true)
  assert.deepEqual([await seen(company, name), await cursorOf(company, name)], [[], undefined])
  assert.ok(logged.length > 0)
  isBroken = false
  await until(() => cursorOf(company, name), 3)
  await emit(company, 2)
  await until(() => seen(company, name), [4, 5])
})

it('an unregistered consumer takes, finds and measures nothing', async () => {
  const [company, name] = [await newCompany(), `unknown-${++serial}`]
  await emit(company, 2)
  assert.equal(await db.transaction((tx) => takeEvents(tx, recorder(name), company, 10)), undefined)
  assert.deepEqual([await findLagging(db, [name], 10), await measureLag(db, [name])], [[], []])
  await registerConsumer(db, name)
  await emit(company, 1)
  assert.equal((await db.transaction((tx) => takeEvents(tx, recorder(name), company, 10)))?.after_event, 2)
})

it('a consumer continues at its cursor after a pause', async (t) => {
  const [company, name] = [await newCompany(), `away-${++serial}`]
  const first = await start(t, [recorder(name)])
  await emit(company, 1)
  await until(() => seen(company, name), [1])
  await first.stop()
  await emit(company, 1_200)
  await start(t, [recorder(name)])
  await until(() => seen(company, name), upTo(1_201))
})

it('several hubs share the companies, and each event is handled once', async (t) => {
  const name = `shared-${++serial}`
  const companies = [await newCompany(), await newCompany(), await newCompany()]
  const hubs = [await start(t, [recorder(name)]), await start(t, [recorder(name)]), await start(t, [recorder(name)])]
  for (let n = 0; n < 40; n++) {
    for (const company of companies) {
      await emit(company, 5)
      for (const { bus } of hubs) bus.eventsCommitted(company)
    }
  }
  for (const company of companies) await until(() => seen(company, name), upTo(200))
})

it('a consumer is woken by the bus long before the poll', async (t) => {
  const [company, name] = [await newCompany(), `woken-${++serial}`]
  const { bus } = await start(t, [recorder(name)])
  await sleep(50)
  const began = performance.now()
  await emit(company, 1)
  bus.eventsCommitted(company)
  await until(() => seen(company, name), [1])
  assert.ok(performance.now() - began < 600)
})

it('a consumer skips other event types without a call', async (t) => {
  const [company, name] = [await newCompany(), `unwanted-${++serial}`]
  let calls = 0
  const { registry } = await start(t, [{ ...recorder(name), types: ['never'], handle: async () => void calls++ }])
  await emit(company, 30)
  await until(() => cursorOf(company, name), 30)
  assert.equal(calls, 0)
  assert.match(await registry.metrics(), new RegExp(`lag_events\\{consumer="${name}"\\} 0`))
})

it('one that fails on an event keeps what came before it, and holds up no other company and no other consumer', async (t) => {
  const [bad, good, name] = [await newCompany(), await newCompany(), `fails-${++serial}`]
  let isBroken = true
  const failing = recorder(name, (company, numbers) => isBroken && company === bad && numbers.includes(333))
  const { registry, logged } = await start(t, [failing, recorder(`${name}-other`)])
  await emit(bad, 600)
  await emit(good, 600)
  await until(() => seen(bad, name), upTo(332))
  await until(() => seen(good, name), upTo(600))
  await until(() => seen(bad, `${name}-other`), upTo(600))
  await until(async () => logged.length > 0, true)
  const [line] = logged
  assert.deepEqual([line?.consumer, line?.company_id, line?.event, line?.failures], [name, bad, 333, 1])
  const metrics = await registry.metrics()
  assert.match(metrics, new RegExp(`portico_consumer_lag_events\\{consumer="${name}"\\} 268`))
  assert.match(metrics, new RegExp(`portico_consumer_failing_companies\\{consumer="${name}"\\} 1`))
  assert.match(metrics, new RegExp(`portico_consumer_failures_total\\{consumer="${name}"\\} [1-9]`))
  assert.match(metrics, new RegExp(`portico_consumer_failing_companies\\{consumer="${name}-other"\\} 0`))
  isBroken = false
  await until(() => seen(bad, name), upTo(600))
})

it('a failing consumer backs off for five minutes at most, also when the clock goes back', async () => {
  const [company, name] = [await newCompany(), `backs-off-${++serial}`]
  await registerConsumer(db, name)
  const delays = []
  for (let n = 0; n < 12; n++) delays.push((await putOffConsumer(db, company, name))?.retry_seconds)
  assert.deepEqual(delays, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300])
  await emit(company, 1)
  const take = () => db.transaction((tx) => takeEvents(tx, recorder(name), company, 10))
  const isLagging = async () => (await findLagging(db, [name], 100)).some((row) => row.company_id === company)
  assert.deepEqual([await take(), await isLagging()], [undefined, false])
  await db.query('test_back', `update consumer_cursors set retry_at = now() + interval '1 hour' where consumer = $1`, [
    name,
  ])
  assert.equal(await isLagging(), true)
  assert.deepEqual(await take(), { after_event: 0, up_to: 1, is_wanted: true })
})

it('a company that another hub is at is left to it', async () => {
  const [company, name] = [await newCompany(), `locked-${++serial}`]
  await registerConsumer(db, name)
  await emit(company, 10)
  await db
    .transaction(async (mine) => {
      assert.equal((await takeEvents(mine, recorder(name), company, 4))?.up_to, 4)
      assert.equal((await db.transaction((theirs) => takeEvents(theirs, recorder(name), company, 4)))?.up_to, undefined)
    })
    .catch(assert.fail)
  assert.equal(await cursorOf(company, name), 4)
})

async function cursorOf(companyId: number, name: string): Promise<number | undefined> {
  const [row] = await db.query<{ last_event: number }>(
    'test_cursor',
    'select last_event from consumer_cursors where company_id = $1 and consumer = $2',
    [companyId, name],
  )
  return row?.last_event
}
