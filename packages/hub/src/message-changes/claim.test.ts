import assert from 'node:assert/strict'
import { after, before, beforeEach, it } from 'node:test'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { createCompany } from '../companies/create.ts'
import { channelsWithDueChanges, claimChanges, type SettledChange, settleChanges } from './queries.ts'

let db: TestDatabase
let company_id: number
const channel = () => ({ company_id, channel_id: 3 })
const [one, two] = [1, 2].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string]

before(async () => {
  db = await createDatabase()
  company_id = (await createCompany(db, { name: 'Acme' })) ?? 0
  const insert = (text: string) => db.query('', text, [company_id])
  await insert("insert into inboxes (company_id, id, name) values ($1, 1, 'Support')")
  await insert(
    "insert into channel_types (company_id, id, uid, name, server_url, auth_type, contact_type) values ($1, 2, 'app_x', 'T', 'http://127.0.0.1:9/', 'none', 'custom')",
  )
  await insert(
    "insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url) values ($1, 3, 2, 1, 'C', 'c', 'http://127.0.0.1:9/')",
  )
  await insert('insert into channel_delivery_states (company_id, channel_id) values ($1, 3)')
  await insert('insert into conversations (company_id, id, inbox_id, channel_id) values ($1, 10, 1, 3)')
  await insert(
    `insert into messages (company_id, id, conversation_id, channel_id, is_inbound, origin, handle, body, body_format, blurb)
     select $1, n, 10, 3, false, 'api', 'ivo', 'x', 'text', 'x' from generate_series(11, 20) n`,
  )
})
after(() => db?.drop())
beforeEach(async () => {
  await db.query('', 'delete from message_changes')
  await db.query('', 'update channel_delivery_states set stopped_at = null, paused_until = null, open_until = null')
})

async function queue(message: number | null, kind = 'edit', part = '') {
  const [row] = await db.query<{ version: number }>(
    '',
    'select queue_message_change($1, 3, $2, $3, $4, $5) as version',
    [company_id, message, message === null ? 10 : null, kind, part],
  )
  return row?.version
}

const claim = (
  id: string,
  { limit = 10, leaseSeconds = 60, kinds = ['edit', 'reaction'] } = {},
  reader: Pick<TestDatabase, 'query'> = db,
) => claimChanges(reader, channel(), { id, kinds, limit, leaseSeconds })
const settle = (id: string, settled: SettledChange[]) =>
  db.transaction((tx) => settleChanges(tx, channel(), id, settled))
const rows = () =>
  db.query<{ kind: string; version: number; state: string; due: boolean }>(
    '',
    'select kind, version, state, next_attempt_at <= now() as due from message_changes order by since, id',
  )

it('hubs that claim concurrently get different changes, of each message one', async () => {
  for (const message of [11, 12, 13, 14]) for (const part of ['a', 'b']) await queue(message, 'reaction', part)
  await db.transaction(async (tx) => {
    const mine = await claim(one, { limit: 2 }, tx)
    const theirs = await claim(two)
    assert.deepEqual([mine.length, theirs.length], [2, 2])
    assert.equal(new Set([...mine, ...theirs].map(({ message_id }) => message_id)).size, 4)
  })
  assert.deepEqual(await claim(two), [])
})

it('the changes of a message keep their order over retries, and those of others go on', async () => {
  await queue(11)
  await queue(11, 'reaction', 'a')
  await queue(12)
  const [first, other] = await claim(one)
  assert(first && other)
  await settle(one, [
    { id: first.id, version: 1, outcome: 'pending', delay_ms: 60_000 },
    { id: other.id, version: 1, outcome: 'done' },
  ])
  assert.deepEqual(await claim(two), [])
  await db.query('', "update message_changes set next_attempt_at = now() where kind = 'edit'")
  const [again] = await claim(two)
  assert.deepEqual([again?.id, again?.retries], [first.id, 1])
  await settle(two, [{ id: first.id, version: 1, outcome: 'failed', error_code: 'refused' }])
  assert.deepEqual(
    (await claim(two)).map(({ kind }) => kind),
    ['reaction'],
  )
})

it('a claim of a dead hub is over when its lease ends, and its late result changes nothing', async () => {
  await queue(11)
  const [lost] = await claim(one, { leaseSeconds: 0 })
  const [again] = await claim(two)
  assert(lost && lost.id === again?.id)
  assert.deepEqual(await settle(one, [{ id: lost.id, version: 1, outcome: 'failed' }]), [])
  assert.deepEqual(await settle(two, [{ id: lost.id, version: 1, outcome: 'done' }]), [{ id: lost.id, state: 'done' }])
  assert.deepEqual(
    (await rows()).map(({ state }) => state),
    ['done'],
  )
})

it('a change that moved on while it was sent is sent again as it is now', async () => {
  assert.equal(await queue(11), 1)
  const [sent] = await claim(one)
  assert(sent)
  assert.equal(await queue(11), 2)
  assert.deepEqual(await claim(two), [])
  assert.deepEqual(await settle(one, [{ id: sent.id, version: 1, outcome: 'failed' }]), [
    { id: sent.id, state: 'pending' },
  ])
  const [next] = await claim(two)
  assert.deepEqual([next?.version, next?.retries], [2, 0])
  await settle(two, [{ id: sent.id, version: 2, outcome: 'done' }])
  assert.equal(await queue(11), 3)
})

it('waits on a channel that is stopped, pauses or is left alone, and is found when that is over', async () => {
  await queue(null, 'edit')
  for (const held of [
    'stopped_at = now()',
    "paused_until = now() + interval '1 minute'",
    "open_until = now() + interval '1 minute'",
  ]) {
    await db.query('', `update channel_delivery_states set ${held}`)
    assert.deepEqual([await channelsWithDueChanges(db, 9), await claim(one)], [[], []], held)
    await db.query('', 'update channel_delivery_states set stopped_at = null, paused_until = null, open_until = null')
  }
  assert.deepEqual(await channelsWithDueChanges(db, 9), [channel()])
  assert.deepEqual(await claim(one, { kinds: ['of a newer hub'] }), [])
  assert.equal((await claim(one)).length, 1)
})

it('ends with its message', async () => {
  await queue(20)
  await db.query('', 'delete from messages where id = 20')
  assert.deepEqual(await rows(), [])
})
