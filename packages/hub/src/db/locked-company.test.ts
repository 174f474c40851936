import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import pg from 'pg'
import { FakeChannelServer, succeed } from '../../../../tests/harness/channel-server.ts'
import type { StaffedCompany } from '../../../../tests/harness/company.ts'
import { type EmptyHub, startEmptyHub } from '../../../../tests/harness/hub.ts'

let hub: EmptyHub
let held: StaffedCompany
let others: StaffedCompany[]
let server: FakeChannelServer
let locker: pg.Client

before(async () => {
  hub = await startEmptyHub()
  held = await hub.addStaffedCompany('held')
  others = [await hub.addStaffedCompany('one'), await hub.addStaffedCompany('two')]
  server = await FakeChannelServer.start()
  await hub.db.query('t_url', 'update channels set webhook_url = $1, undo_send_time = 0', [server.url])
  const { host, port, user, database } = hub.db.pool.options
  locker = new pg.Client({ host, port, user, database } as pg.ClientConfig)
  await locker.connect()
})
afterEach(() => release())
after(async () => {
  await locker.end()
  await server.stop()
  await hub.close()
})

/** Locks rows as a long transaction does. */
async function hold(): Promise<void> {
  await locker.query('begin')
  await locker.query('select from counters where company_id = $1 for update', [held.companyId])
}

async function release(): Promise<void> {
  server.behave = succeed
  await locker.query('rollback')
}

let count = 0

const push = (company: StaffedCompany) => pushTo(company, `c${++count}`)

function pushTo(company: StaffedCompany, conversation: string) {
  count++
  return hub.request('POST', `/channels/${company.channelPublicId}/inbound_messages`, {
    as: company.channelToken(),
    body: {
      sender: { handle: `h${conversation}` },
      body: 'Where is my parcel?',
      metadata: { external_id: `m${count}`, external_conversation_id: conversation },
    },
  })
}

function write(company: StaffedCompany) {
  return hub.request('POST', `/channels/${company.channelPublicId}/messages`, {
    as: company.apiToken,
    body: { to: [`to${count++}`], body: 'It left the depot' },
  })
}

const statuses = (answers: { status: number }[]) => [...new Set(answers.map(({ status }) => status))]

function states(company: StaffedCompany): Promise<{ state: string }[]> {
  return hub.db.query('t_states', 'select distinct state from all_deliveries where company_id = $1 order by 1', [
    company.companyId,
  ])
}

/** The events of deliveries' changes. */
async function untilSettled(company: StaffedCompany): Promise<void> {
  for (;;) {
    const committed = new Promise<void>((resolve) => hub.bus.on('events', () => resolve()))
    const open = await hub.db.query('t_open', 'select from outbox where company_id = $1', [company.companyId])
    if (open.length === 0) return
    await committed
  }
}

test('other companies push while one company’s counter is locked, and that company gets Retry-After', async () => {
  await hold()
  const stuck = Array.from({ length: 5 }, () => push(held))
  const around = await Promise.all(others.flatMap((company) => Array.from({ length: 20 }, () => push(company))))
  assert.deepEqual(statuses(around), [202])
  assert.deepEqual(statuses(await Promise.all(others.map(push))), [202])
  const responses = await Promise.all(stuck)
  assert.deepEqual(statuses(responses), [503])
  assert.deepEqual(
    responses.map(({ body, headers }) => [body._error.code, headers.get('retry-after')]),
    responses.map(() => ['storage_unavailable', '1']),
  )
  await release()
  assert.deepEqual(statuses(await Promise.all([push(held), push(held)])), [202])
})

test('a company’s push waits for its briefly locked counter and is stored', async () => {
  await hold()
  const waiting = Promise.all([push(held), push(held)])
  assert.deepEqual(statuses(await Promise.all(others.map(push))), [202])
  await release()
  assert.deepEqual(statuses(await waiting), [202])
})

test('other companies’ replies are created and delivered while one company’s counter is locked', async () => {
  await hold()
  const stuck = write(held)
  assert.deepEqual(statuses(await Promise.all(others.map(write))), [202])
  await Promise.all(others.map(untilSettled))
  assert.deepEqual(await states(others[0]!), [{ state: 'sent' }])
  assert.equal((await stuck).status, 503)
})

test('a result waits with its claim for its company’s counter, and is then the reported state', async () => {
  await hub.db.query('t_clear', 'delete from deliveries')
  const answering = Promise.withResolvers<void>()
  server.behave = async (received, response) => {
    await answering.promise
    await succeed(received, response)
  }
  const before = server.received.length
  assert.deepEqual(statuses(await Promise.all([write(held), write(held)])), [202])
  await server.until(() => server.received.length === before + 2)
  await hold()
  answering.resolve()
  assert.deepEqual(statuses(await Promise.all(others.map(write))), [202])
  await Promise.all(others.map(untilSettled))
  // another hub would now report these attempts as interrupted
  await hub.db.query('t_lapse', 'update delivery_claims set lease_until = now() where company_id = $1', [
    held.companyId,
  ])
  await untilHeldAgain()
  assert.deepEqual(await states(held), [{ state: 'sending' }])
  await release()
  await untilSettled(held)
  assert.deepEqual(await states(held), [{ state: 'sent' }])
})

async function untilHeldAgain(company = held): Promise<void> {
  const lapsed = () =>
    hub.db.query('t_lapsed', 'select from delivery_claims where company_id = $1 and lease_until <= now()', [
      company.companyId,
    ])
  while ((await lapsed()).length > 0);
}

test('claims are extended while their results wait, also beside locked claims', {
  timeout: 30_000,
}, async () => {
  const [other] = others as [StaffedCompany]
  await hub.db.query('t_clear', 'delete from deliveries')
  const answering = Promise.withResolvers<void>()
  server.behave = async (received, response) => {
    await answering.promise
    await succeed(received, response)
  }
  const before = server.received.length
  assert.deepEqual(statuses(await Promise.all([write(held), write(other)])), [202])
  await server.until(() => server.received.length === before + 2)
  await hold()
  await locker.query('select from counters where company_id = $1 for update', [other.companyId])
  await locker.query('select from delivery_claims where company_id = $1 for update', [held.companyId])
  answering.resolve()
  await hub.db.query('t_lapse', 'update delivery_claims set lease_until = now() where company_id = $1', [
    other.companyId,
  ])
  await untilHeldAgain(other)
  await release()
  await Promise.all([held, other].map(untilSettled))
  assert.deepEqual(await states(other), [{ state: 'sent' }])
})

test('changes that wait for one company’s counter leave the database’s connections to the others', async () => {
  await Promise.all([held, ...others].map(push))
  const path = async (company: StaffedCompany) => {
    const { body } = await hub.request('GET', '/conversations', { as: company.apiToken })
    return `/conversations/${body._results[0].id}`
  }
  const paths = new Map(
    await Promise.all([held, ...others].map(async (company) => [company, await path(company)] as const)),
  )
  const archive = (company: StaffedCompany) =>
    hub.request('PATCH', paths.get(company)!, { as: company.apiToken, body: { status: 'archived' } })
  await hold()
  let isAnswered = false
  const stuck = Promise.all(Array.from({ length: 40 }, () => archive(held))).finally(() => {
    isAnswered = true
  })
  const around = await Promise.all(
    Array.from({ length: 10 }, () => others.flatMap((company) => [archive(company), push(company)])).flat(),
  )
  assert.deepEqual([...new Set(statuses(around))].sort(), [202, 204])
  const [company] = others
  assert.equal((await hub.request('GET', paths.get(company!)!, { as: company!.apiToken })).status, 200)
  assert.equal(isAnswered, false)
  assert.deepEqual(statuses(await stuck), [503])
  await release()
  assert.equal((await archive(held)).status, 204)
})

const holdRow = (table: string, where: string, value: unknown) =>
  locker.query(`select from ${table} where company_id = $1 and ${where} = $2 for update`, [held.companyId, value])

test('a locked conversation does not delay the other conversations of its company', async () => {
  assert.equal((await pushTo(held, 'stuck')).status, 202)
  assert.equal((await pushTo(held, 'free')).status, 202)
  const [row] = await hub.db.query<{ conversation_id: number }>(
    't_stuck',
    `select conversation_id from conversation_external_ids where company_id = $1 and external_id = 'stuck'`,
    [held.companyId],
  )
  await locker.query('begin')
  await holdRow('conversations', 'id', row!.conversation_id)
  const stuck = Promise.all([1, 2, 3, 4].map(() => pushTo(held, 'stuck')))
  const around = await Promise.all([
    pushTo(held, 'free'),
    push(held),
    pushTo(held, 'free'),
    write(held),
    pushTo(held, 'free'),
  ])
  assert.deepEqual(statuses(around), [202])
  assert.deepEqual(statuses(await stuck), [503])
  await release()
  assert.equal((await pushTo(held, 'stuck')).status, 202)
})

test('a locked message does not delay other results of its company', {
  timeout: 20_000,
}, async () => {
  await hub.db.query('t_clear', 'delete from deliveries')
  const answering = Promise.withResolvers<void>()
  server.behave = async (received, response) => {
    await answering.promise
    await succeed(received, response)
  }
  const before = server.received.length
  await Promise.all([write(held), write(held), write(held)])
  await server.until(() => server.received.length === before + 3)
  const [row] = await hub.db.query<{ id: number }>(
    't_first',
    'select min(message_id) as id from outbox where company_id = $1',
    [held.companyId],
  )
  await locker.query('begin')
  await holdRow('messages', 'id', row!.id)
  answering.resolve()
  const open = () => hub.db.query('t_sending', 'select from outbox where company_id = $1', [held.companyId])
  while ((await open()).length > 1);
  await release()
  await untilSettled(held)
  assert.deepEqual(await states(held), [{ state: 'sent' }])
})
