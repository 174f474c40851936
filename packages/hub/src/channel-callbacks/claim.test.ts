import assert from 'node:assert/strict'
import { after, before, beforeEach, it } from 'node:test'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { createCompany } from '../companies/create.ts'
import { RETRY_AFTER } from './outcome.ts'
import { type ChannelKey, channelsWithDueCallbacks, claimCallbacks, settleCallbacks } from './queries.ts'

let db: TestDatabase
const channels: ChannelKey[] = []
const [one, two, three] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [string, string, string]

before(async () => {
  db = await createDatabase()
  for (const name of ['Acme', 'Other']) channels.push(...(await twoChannels(name)))
})
after(() => db?.drop())
beforeEach(() => db.query('test_clear', 'delete from channel_callbacks'))

async function twoChannels(name: string): Promise<ChannelKey[]> {
  const company_id = await createCompany(db, { name })
  assert(company_id)
  const insert = (label: string, text: string) => db.query(label, text, [company_id])
  await insert('test_inbox', "insert into inboxes (company_id, id, name) values ($1, 1, 'Support')")
  await insert(
    'test_type',
    "insert into channel_types (company_id, id, uid, name, server_url, auth_type, contact_type) values ($1, 2, 'app_x', 'T', 'http://127.0.0.1:9/', 'none', 'custom')",
  )
  await insert(
    'test_channels',
    "insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url, sealed_credential) select $1, n, 2, 1, 'C', n::text, 'http://127.0.0.1:9/', 'x' from generate_series(3, 4) n",
  )
  return [3, 4].map((channel_id) => ({ company_id, channel_id }))
}

/** `dueSince` in seconds; negative: due later. */
function queue({ company_id, channel_id }: ChannelKey, count: number, dueSince = 0, kind = 'message_imported') {
  return db.query(
    'test_queue',
    `insert into channel_callbacks (company_id, id, channel_id, kind, next_attempt_at)
     select $1, $2::bigint * 1000 + n, $2, $3, now() - make_interval(secs => $5::integer) from generate_series(1, $4::integer) n`,
    [company_id, channel_id, kind, count, dueSince],
  )
}

const first = () => channels[0] as ChannelKey
const left = () =>
  db.query<{ id: number; claim_id: string | null }>(
    'test_left',
    'select id, claim_id from channel_callbacks order by id',
  )

it('hubs that claim concurrently get different callbacks, and none waits for the other', async () => {
  await queue(first(), 6)
  await db.transaction(async (tx) => {
    const mine = await claimCallbacks(tx, first(), one, 4, 60)
    const theirs = await claimCallbacks(db, first(), two, 4, 60)
    assert.deepEqual([mine.length, theirs.length], [4, 2])
    assert.equal(new Set([...mine, ...theirs].map(({ id }) => id)).size, 6)
    assert.deepEqual(await claimCallbacks(db, first(), three, 4, 60), [])
  })
  assert.deepEqual(await claimCallbacks(db, first(), three, 4, 60), [])
})

it('a callback that a dead hub claimed is due again when its lease ends, and its late result changes nothing', async () => {
  await queue(first(), 2)
  const lost = await claimCallbacks(db, first(), one, 4, 0)
  const again = await claimCallbacks(db, first(), two, 4, 60)
  assert.deepEqual(
    again.map(({ id, attempts }) => [id, attempts]),
    lost.map(({ id }) => [id, 2]),
  )
  await settleCallbacks(
    db,
    first(),
    one,
    lost.map(({ id }) => ({ id, again_seconds: null })),
  )
  await settleCallbacks(
    db,
    first(),
    one,
    lost.map(({ id }) => ({ id, again_seconds: 0 })),
  )
  assert.deepEqual(await claimCallbacks(db, first(), three, 4, 60), [])
  assert.equal((await left()).length, 2)
  const [done, put] = again
  assert(done && put)
  await settleCallbacks(db, first(), two, [
    { id: done.id, again_seconds: null },
    { id: put.id, again_seconds: 60 },
  ])
  assert.deepEqual(await left(), [{ id: put.id, claim_id: null }])
  assert.deepEqual(await claimCallbacks(db, first(), three, 4, 60), [])
})

it('channels with something due are found over all companies, the longest waiting first', async () => {
  const [a, b, c, d] = channels as [ChannelKey, ChannelKey, ChannelKey, ChannelKey]
  await queue(a, 3, 1)
  await queue(b, 2, -60)
  await queue(c, 1, 30)
  await queue(d, 500, 2)
  assert.deepEqual(await channelsWithDueCallbacks(db, 10), [c, d, a])
  assert.deepEqual(await channelsWithDueCallbacks(db, 1), [c])
})

it('callbacks of imports are dropped after a quarter of an hour, and those of deletions are not', async () => {
  await queue(first(), 3, 16 * 60)
  await queue({ ...first(), channel_id: 4 }, 1, 3_600, 'delete')
  assert.deepEqual(await claimCallbacks(db, first(), one, 4, 60), [])
  assert.equal((await claimCallbacks(db, { ...first(), channel_id: 4 }, two, 4, 60)).length, 1)
  assert.equal((await left()).length, 1)
})

it('a credential is forgotten when the deletion is over, not when an import is', async () => {
  const kept = async () => {
    const rows = await db.query(
      'test_kept',
      'select 1 from channels where company_id = $1 and id = 3 and sealed_credential is not null',
      [first().company_id],
    )
    return rows.length === 1
  }
  for (const [kind, claim, again, expected] of [
    ['message_imported', one, null, true],
    ['delete', two, 5, true],
    ['delete', three, null, false],
  ] as const) {
    await db.query('test_clear', 'delete from channel_callbacks')
    await queue(first(), 1, 0, kind)
    const claimed = await claimCallbacks(db, first(), claim, 1, 60)
    await settleCallbacks(
      db,
      first(),
      claim,
      claimed.map(({ id }) => ({ id, again_seconds: again })),
    )
    assert.equal(await kept(), expected, kind)
  }
})

it('a retry does not wait longer after the clock was set back', async () => {
  const longest = Math.max(...RETRY_AFTER)
  await queue(first(), 1, -longest)
  assert.deepEqual(await channelsWithDueCallbacks(db, 9), [])
  assert.deepEqual(await claimCallbacks(db, first(), one, 4, 60), [])
  await db.query('test_clear', 'delete from channel_callbacks')
  await queue(first(), 2, -86_400)
  assert.deepEqual(await channelsWithDueCallbacks(db, 9), [first()])
  assert.equal((await claimCallbacks(db, first(), one, 4, 60)).length, 2)
  assert.deepEqual(await channelsWithDueCallbacks(db, 9), [])
})
