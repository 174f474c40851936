import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { createCompany } from '@portico/hub/companies'
import { createDatabase, type TestDatabase } from '../harness/database.ts'
import { size } from './counting.ts'

let db: TestDatabase
before(async () => {
  db = await createDatabase()
  await db.query('seen', 'create table seen (company_id bigint, number bigint)')
  await db.query('fired', 'create table fired (company_id bigint, subject bigint, at timestamptz)')
})
after(() => db.drop())

async function startProcess(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, '../harness/consumer-process.ts'), [db.url], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await once(child, 'message')
  return child
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

function emit(companyId: number, count: number) {
  return db.query(
    'emit',
    `with drawn as (update counters set last_event = last_event + $2::integer where company_id = $1 returning last_event)
     insert into events (company_id, number, type, actor)
     select $1, last_event - $2::integer + n, 'inbound', 'system' from drawn, generate_series(1, $2::integer) n`,
    [companyId, count],
  )
}

it('consumers of two hubs that are killed at random handle every event once, in every company', {
  timeout: 120_000,
}, async () => {
  const companies: number[] = []
  for (let n = 0; n < 8; n++) companies.push((await createCompany(db, { name: `Company ${n}` })) ?? 0)
  const hubs = [await startProcess(), await startProcess()] as [ChildProcess, ChildProcess]
  const rounds = size(6, 40)
  const eventsEach = 60
  let emitted = 0
  const writing = (async () => {
    for (let n = 0; n < rounds * 4; n++) {
      for (const company of companies) await emit(company, eventsEach)
      emitted += eventsEach
      await wait(size(60, 100))
    }
  })()
  for (let n = 0; n < rounds; n++) {
    await wait(Math.random() * size(300, 800))
    await end(hubs[n % 2] as ChildProcess)
    hubs[n % 2] = await startProcess()
  }
  await writing
  const expected = companies.map((company_id) => ({ company_id, seen: emitted, distinct: emitted, last: emitted }))
  let found: unknown
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await wait(100)) {
    found = await db.query(
      'found',
      `select company_id, count(*) as seen, count(distinct number) as distinct, max(number) as last
       from seen group by company_id order by company_id`,
    )
    if (JSON.stringify(found) === JSON.stringify(expected)) break
  }
  await Promise.all(hubs.map(end))
  assert.deepEqual(found, expected)
})

it('timers of two hubs that are killed at random, while their clocks jump, fire once and in time', {
  timeout: 120_000,
}, async () => {
  const company = (await createCompany(db, { name: 'Timers' })) ?? 0
  const hubs = [await startProcess(), await startProcess()] as [ChildProcess, ChildProcess]
  const total = size(4_000, 40_000)
  const seconds = size(5, 40)
  await db.query('clear', `delete from timers`)
  await db.query(
    'schedule',
    `select schedule_timer($1, 'fired', n, now() + random() * make_interval(secs => $2)) from generate_series(1, $3::integer) n`,
    [company, seconds, total],
  )
  const due = await db.query<{ subject: number; due_at: Date }>('due', 'select subject, due_at from timers')
  const dueAt = new Map(due.map((row) => [row.subject, row.due_at.getTime()]))
  const kills = size(4, 30)
  for (let n = 0; n < kills; n++) {
    await wait(Math.random() * ((seconds * 1_000) / kills))
    hubs[(n + 1) % 2]?.send({ shiftMs: n % 3 === 0 ? 3_600_000 : -3_600_000 })
    await end(hubs[n % 2] as ChildProcess)
    hubs[n % 2] = await startProcess()
  }
  let fired: { subject: number; at: Date }[] = []
  for (const deadline = Date.now() + (seconds + 10) * 1_000; Date.now() < deadline; await wait(100)) {
    fired = await db.query('fired_all', 'select subject, at from fired')
    if (fired.length >= total) break
  }
  await wait(300)
  fired = await db.query('fired_all', 'select subject, at from fired')
  await Promise.all(hubs.map(end))
  assert.deepEqual([fired.length, new Set(fired.map(({ subject }) => subject)).size], [total, total])
  // timers that the slow start of the test scheduled into the past count from then on
  const late = fired.map(({ subject, at }) => at.getTime() - (dueAt.get(subject) ?? at.getTime()))
  assert.deepEqual(late.filter((ms) => ms < 0).length, 0)
  const punctual = late.filter((ms) => ms <= 1_100).length
  assert.ok(punctual >= total * 0.98, `${total - punctual} of ${total} late, at most by ${Math.max(...late)} ms`)
})
