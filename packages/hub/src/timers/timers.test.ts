import assert from 'node:assert/strict'
import { after, before, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Registry } from 'prom-client'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { createCompany } from '../companies/create.ts'
import { expiredRows } from '../expired-rows/timer.ts'
import { putOffTimer, takeTimers } from './queries.ts'
import { startTimers } from './start.ts'
import type { TimerKind } from './timer.ts'

let db: TestDatabase
let company: number
before(async () => {
  db = await createDatabase()
  company = (await createCompany(db, { name: 'Acme' })) ?? 0
  await db.query(
    'test_fired',
    'create table fired (kind text, company_id bigint, subject bigint, at timestamptz default clock_timestamp())',
  )
})
after(() => db?.drop())

/** Records what it fires; fails where `fails` returns true. */
function recorder(kind: string, fails: (subjects: number[]) => boolean = () => false): TimerKind {
  return {
    kind,
    async fire(tx, companyId, subjects) {
      await tx.query('test_fire', 'insert into fired (kind, company_id, subject) select $1, $2, unnest($3::bigint[])', [
        kind,
        companyId,
        subjects,
      ])
      if (fails(subjects)) throw new Error('this one cannot fire')
    },
  }
}

function start(t: TestContext, kinds: TimerKind[], over: TestDatabase = db) {
  const registry = new Registry()
  const logged: Record<string, unknown>[] = []
  const log = { error: (fields: unknown) => void logged.push(fields as Record<string, unknown>) }
  const running = startTimers({ db: over, registry, log }, kinds)
  t.after(() => running.stop())
  return { registry, logged, ...running }
}

/** @param seconds from now */
function schedule(kind: string, subject: number, seconds: number) {
  return db.query('test_schedule', 'select schedule_timer($1, $2, $3, now() + make_interval(secs => $4))', [
    company,
    kind,
    subject,
    seconds,
  ])
}

async function fired(kind: string): Promise<number[]> {
  const rows = await db.query<{ subject: number }>(
    'test_fired_of',
    'select subject from fired where kind = $1 order by subject',
    [kind],
  )
  return rows.map(({ subject }) => subject)
}

async function until<T>(read: () => Promise<T>, expected: T): Promise<void> {
  for (const deadline = Date.now() + 8_000; ; await sleep(20)) {
    const found = await read()
    if (JSON.stringify(found) === JSON.stringify(expected)) return
    if (Date.now() > deadline) assert.deepEqual(found, expected)
  }
}

const upTo = (last: number) => Array.from({ length: last }, (_, n) => n + 1)

it('a timer fires within a second of its time, and not before', async (t) => {
  start(t, [recorder('punctual')])
  for (const [subject, seconds] of [0, 0.3, 0.9, 1.4, 2.1].entries()) await schedule('punctual', subject, seconds)
  const due = await db.query<{ subject: number; due_at: Date }>(
    'test_due',
    `select subject, due_at from timers where kind = 'punctual'`,
  )
  await until(() => fired('punctual'), [0, 1, 2, 3, 4])
  const at = await db.query<{ subject: number; at: Date }>(
    'test_at',
    `select subject, at from fired where kind = 'punctual'`,
  )
  for (const { subject, at: firedAt } of at) {
    const dueAt = due.find((row) => row.subject === subject)?.due_at
    if (dueAt) assert.ok(firedAt >= dueAt && firedAt.getTime() - dueAt.getTime() < 1_000, `${subject}`)
  }
})

it('scheduling again replaces a timer, and cancelling removes it', async (t) => {
  await schedule('replaced', 1, 0.2)
  await schedule('replaced', 1, 3_600)
  await schedule('replaced', 2, 3_600)
  await schedule('replaced', 2, 0)
  await schedule('replaced', 3, 0)
  await db.query('test_cancel', 'delete from timers where company_id = $1 and kind = $2 and subject = 3', [
    company,
    'replaced',
  ])
  start(t, [recorder('replaced')])
  await until(() => fired('replaced'), [2])
  await sleep(400)
  assert.deepEqual(await fired('replaced'), [2])
})

it('several hubs fire each timer once', async (t) => {
  for (let n = 0; n < 3; n++) start(t, [recorder('shared')])
  await db.query(
    'test_schedule_many',
    `select schedule_timer($1, 'shared', n, now() + random() * interval '2 seconds') from generate_series(1, 3000) n`,
    [company],
  )
  await until(() => fired('shared'), upTo(3_000))
})

it('a failing timer is retried later and reported, while the others and other kinds fire', async (t) => {
  for (let subject = 1; subject <= 40; subject++) await schedule('fails', subject, 0)
  await schedule('unhurt', 1, 0)
  let isBroken = true
  const failing = recorder('fails', (subjects) => isBroken && subjects.includes(17))
  const { registry, logged } = start(t, [failing, recorder('unhurt')])
  const others = upTo(40).filter((subject) => subject !== 17)
  await until(() => fired('fails'), others)
  await until(() => fired('unhurt'), [1])
  const [line] = logged
  assert.deepEqual([line?.kind, line?.company_id, line?.target_id, line?.failures], ['fails', company, 17, 1])
  assert.match(await registry.metrics(), /portico_timer_failing\{kind="fails"\} 1/)
  isBroken = false
  await until(() => fired('fails'), upTo(40))
})

it('a company with a large backlog and a hanging handler does not delay others', async (t) => {
  await db.query(
    'test_crowd',
    `select schedule_timer($1, 'crowded', n, now() - interval '1 hour') from generate_series(1, 5001) n`,
    [company],
  )
  const other = (await createCompany(db, { name: 'Other' })) ?? 0
  await db.query(
    'test_other',
    `select schedule_timer($1, 'crowded', 1, now()), schedule_timer($1, 'uncrowded', 2, now())`,
    [other],
  )
  const kind = recorder('crowded')
  const hangs = Promise.withResolvers<void>()
  t.after(() => hangs.resolve())
  start(t, [
    {
      ...kind,
      async fire(tx, companyId, subjects) {
        if (companyId === company) await hangs.promise
        else await kind.fire(tx, companyId, subjects)
      },
    },
    recorder('uncrowded'),
  ])
  await until(() => fired('crowded'), [1])
  await until(() => fired('uncrowded'), [2])
  hangs.resolve()
  await db.query('test_no_crowd', `delete from timers where kind = 'crowded'`)
})

it('a failed correction of due times is repeated by the next poll', async (t) => {
  await schedule('repaired', 1, 3_600)
  await db.query('test_failed', `update timers set failures = 1 where kind = 'repaired'`)
  let failures = 0
  const failing: TestDatabase = Object.assign(Object.create(db), {
    async query(name: string, text: string, values?: unknown[]) {
      if (name === 'clamp_timers' && failures++ < 1) throw new Error('the correction failed')
      return db.query(name, text, values)
    },
  })
  start(t, [recorder('repaired')], failing)
  await until(() => fired('repaired'), [1])
})

it('a handler may schedule its own timer again', async (t) => {
  await schedule('again', 5, 0)
  const kind = recorder('again')
  start(t, [
    {
      ...kind,
      async fire(tx, companyId, subjects) {
        await kind.fire(tx, companyId, subjects)
        await tx.query('test_again', `select schedule_timer($1, 'again', 5, now() + interval '1 hour')`, [companyId])
      },
    },
  ])
  await until(() => fired('again'), [5])
  await sleep(200)
  const rows = await db.query(
    'test_left',
    `select from timers where kind = 'again' and due_at > now() + interval '50 minutes'`,
  )
  assert.equal(rows.length, 1)
})

it('a clock that was set back delays a failed timer by five minutes at most', async (t) => {
  await schedule('clock', 1, 0)
  assert.deepEqual(await putOffTimer(db, company, 'clock', 1), { failures: 1, retry_seconds: 1 })
  await db.query('test_back', `update timers set due_at = now() + interval '1 hour' where kind = 'clock'`)
  assert.equal(await takeTimers(db, company, 'clock', 10), undefined)
  start(t, [recorder('clock')])
  await until(() => fired('clock'), [1])
})

it('each company clears away what has expired, and comes again tomorrow', async (t) => {
  const mine = async () =>
    db.query<{ hours: number }>(
      'test_tomorrow',
      `select round(extract(epoch from due_at - now()) / 3600)::integer as hours from timers where kind = 'expired-rows' and company_id = $1`,
      [company],
    )
  assert.deepEqual(await mine(), [{ hours: 24 }])
  await db.query(
    'test_session_user',
    `insert into directory.users (id, name, email) values ('u', 'U', 'u@acme.example')`,
  )
  await db.query(
    'test_sign_in',
    `insert into directory.sign_ins (user_id, company_id, teammate_id) values ('u', $1, 1)`,
    [company],
  )
  await db.query(
    'test_sessions',
    `insert into directory.sessions (id, token, user_id, expires_at)
     values ('old', 'old', 'u', now() - interval '1 day'), ('new', 'new', 'u', now() + interval '1 day')`,
  )
  await db.query('test_now', `update timers set due_at = now() where kind = 'expired-rows'`)
  start(t, [expiredRows])
  await until(mine, [{ hours: 24 }])
  await until(() => db.query('test_sessions_left', 'select id from directory.sessions'), [{ id: 'new' }])
})
