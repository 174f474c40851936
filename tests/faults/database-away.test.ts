import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Database, openDatabase } from '@portico/hub/database'
import pg from 'pg'
import { addTestChannel, type TestChannel } from '../harness/channel.ts'
import { createDatabase, type TestDatabase } from '../harness/database.ts'
import { type DatabaseProxy, startDatabaseProxy } from '../harness/database-proxy.ts'
import { type Answer, startTestHub, type TestHub } from '../harness/hub.ts'

let own: TestDatabase
let proxy: DatabaseProxy
let direct: pg.Client
let hub: TestHub
let channel: TestChannel
let conversation: string

before(async () => {
  own = await createDatabase()
  const { host, port, user, database } = own.pool.options as { host: string; port: number } & pg.ClientConfig
  proxy = await startDatabaseProxy({ host, port })
  direct = new pg.Client({ host, port, user, database: 'postgres' } as pg.ClientConfig)
  await direct.connect()
  const db: Database = openDatabase({
    connection: { host: '127.0.0.1', port: proxy.port, user, database } as pg.ClientConfig,
  })
  hub = await startTestHub({}, Object.assign(db, { url: own.url, drop: () => db.close() }))
  channel = await addTestChannel(hub)
  await channel.push({ body: 'Where is my parcel?', externalId: 'first' })
  const { body } = await hub.call('GET', '/conversations')
  conversation = body._results[0].id
  assert.equal(
    (await hub.call('GET', '/me', undefined, { token: null, headers: { cookie: await signedIn() } })).status,
    200,
  )
})
after(async () => {
  await hub.close()
  await channel.server.stop()
  await proxy.stop()
  await direct.end()
  await own.drop()
})

const signIn = () => hub.call('POST', '/sign_in', hub.admin, { token: null })

async function signedIn(): Promise<string> {
  const { headers } = await signIn()
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

let count = 0
const reply = () => hub.call('POST', `/conversations/${conversation}/messages`, { body: 'It left the depot' })
const writes: Record<string, () => Promise<Answer>> = {
  'an inbound message': () => channel.push({ body: 'x', externalId: `m${count++}` }),
  'a reply': reply,
  'a reply with an Idempotency-Key': () =>
    hub.call(
      'POST',
      `/conversations/${conversation}/messages`,
      { body: 'x' },
      { headers: { 'idempotency-key': `k${count++}` } },
    ),
  'a change of a conversation': () => hub.call('PATCH', `/conversations/${conversation}`, { status: 'archived' }),
  'a new inbox': () => hub.call('POST', '/inboxes', { name: `Inbox ${count++}` }),
  'a sign-in': signIn,
}
const reads: Record<string, () => Promise<Answer>> = {
  'the list of conversations': () => hub.call('GET', '/conversations'),
  'a conversation': () => hub.call('GET', `/conversations/${conversation}`),
  'the stream': () => hub.call('GET', '/stream'),
  events: () => hub.call('GET', '/events'),
  readiness: () => hub.call('GET', '/readyz', undefined, { token: null }),
}

async function isAway(call: () => Promise<Answer>): Promise<void> {
  const began = performance.now()
  const { status, headers, body } = await call()
  assert.deepEqual([status, body?._error?.code], [503, 'storage_unavailable'])
  assert.match(headers.get('retry-after') ?? '', /^\d+$/)
  const took = performance.now() - began
  assert.ok(took < 5_000, `answered after ${Math.round(took)} ms`)
}

async function isThere(call: () => Promise<Answer>): Promise<void> {
  const { status, body } = await call()
  assert.ok(status < 300, `${status} ${JSON.stringify(body)}`)
}

/** Simulates a fail-over: new connections, to a server that is read-only. */
async function setReadOnly(isReadOnly: boolean): Promise<void> {
  const { database } = own.pool.options as { database: string }
  await direct.query(`alter database ${database} set default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`)
  await direct.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [database])
}

async function untilReady(): Promise<void> {
  while ((await reads.readiness!()).status !== 200);
}

describe('a database that is read-only after a fail-over', () => {
  before(() => setReadOnly(true))
  after(async () => {
    await setReadOnly(false)
    await untilReady()
    for (const call of Object.values(writes)) await isThere(call)
  })
  for (const [what, call] of Object.entries(writes)) test(`${what}: 503 with Retry-After`, () => isAway(call))
  test('the hub is not ready', () => isAway(reads.readiness!))
  test('reads continue', () => isThere(reads['a conversation']!))
})

describe('a database whose connections are open and silent', () => {
  before(async () => {
    await Promise.all(Array.from({ length: 6 }, () => reads.events!()))
    proxy.silence()
  })
  after(async () => {
    proxy.cutAndResume()
    await untilReady()
    for (const call of Object.values(writes)) await isThere(call)
  })
  test('every call gets a 503 with Retry-After within 5 s: the first, concurrent ones, and later ones', async () => {
    const all = [...Object.values(writes), ...Object.values(reads)]
    await Promise.all(all.map(isAway))
    await Promise.all([...all, ...all, ...all, ...all].map(isAway))
  })
})
