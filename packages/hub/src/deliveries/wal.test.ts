import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { type OwnCluster, startCluster } from '../../../../tests/harness/cluster.ts'
import { createDatabase } from '../../../../tests/harness/database.ts'
import { type DeliveryFixture, fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'
import { Bus } from '../events/bus.ts'

const channels = 20
const conversationsEach = 10
const count = 4_000
const writers = 64

/** The WAL of PostgreSQL for a message. Counts depend on other work of the machine only through the size of batches. */
interface Work {
  records: number
  bytes: number
  /** Row versions. */
  updated: number
}

describe('the WAL', { timeout: 120_000 }, () => {
  let cluster: OwnCluster
  before(async () => {
    // a page's first change after a checkpoint writes all of it: how many are so depends on when that was
    cluster = await startCluster({ autovacuum: 'off', full_page_writes: 'off', max_wal_size: '4GB' })
  })
  after(() => cluster.stop())

  async function startWorld(t: TestContext) {
    const db = await createDatabase(cluster)
    await db.pool.query('create extension pg_walinspect')
    const world = await startDeliveryFixture({ db, bus: new Bus(db) })
    t.after(() => world.close())
    const server = await fakeServer(t)
    // a channel's ids of its conversations are given once, its ids of messages each time
    server.behave = ({ body }, response) => answer(response, 200, { type: 'success', external_id: body.payload.id })
    const conversations: { channel: number; conversation: number }[] = []
    for (let n = 0; n < channels; n++) {
      const channel = await world.addChannel(server, { maxInFlight: 16 })
      for (let m = 0; m < conversationsEach; m++)
        conversations.push({ channel, conversation: await world.addConversation(channel) })
    }
    return { world, conversations, server }
  }

  async function measure({ db }: DeliveryFixture, work: () => Promise<unknown>): Promise<Work> {
    await db.pool.query('checkpoint')
    const lsn = async () => (await db.pool.query('select pg_current_wal_insert_lsn()::text as lsn')).rows[0].lsn
    const from = await lsn()
    await work()
    const to = await lsn()
    // PostgreSQL 15 reads only what was flushed; the WAL writer does that within 0.2 s
    const isFlushed = async () =>
      (await db.pool.query('select pg_current_wal_flush_lsn() >= $1::pg_lsn as is_flushed', [to])).rows[0].is_flushed
    while (!(await isFlushed()));
    const { rows } = await db.pool.query(
      `select "resource_manager/record_type" as type, count::int, combined_size::int as bytes
       from pg_get_wal_stats($1::pg_lsn, $2::pg_lsn, true) where count > 0 order by count desc`,
      [from, to],
    )
    const sum = (of: (row: { type: string; count: number; bytes: number }) => number) =>
      Math.round((rows.reduce((all, row) => all + of(row), 0) / count) * 100) / 100
    if (process.env.PORTICO_WAL === 'print') console.table(rows.map((row) => ({ ...row, each: row.count / count })))
    return {
      records: sum((row) => row.count),
      bytes: sum((row) => row.bytes),
      updated: sum((row) => (/^Heap\/(HOT_)?UPDATE/.test(row.type) ? row.count : 0)),
    }
  }

  /** Avoids world.until, which reads the state of every message each time. */
  async function untilSettled({ db, bus }: DeliveryFixture): Promise<void> {
    for (;;) {
      const changed = Promise.withResolvers<void>()
      const unsubscribe = bus.on('events', () => changed.resolve())
      const open = await db.pool.query('select from outbox limit 1')
      if (open.rows.length > 0) await changed.promise
      unsubscribe()
      if (open.rows.length === 0) return
    }
  }

  it('stays within its limit for a delivery', async (t) => {
    const { world, conversations, server } = await startWorld(t)
    for (let n = 0; n < count; n += conversations.length)
      await Promise.all(
        conversations.map(({ channel, conversation }) =>
          world.send(conversation, channel, `Your parcel left the depot this morning: ${n}`),
        ),
      )
    const work = await measure(world, async () => {
      const loop = world.startLoop()
      await untilSettled(world)
      await loop.stop()
    })
    assert.equal(server.messages().length, count)
    t.diagnostic(JSON.stringify(work))
    assert.ok(work.records <= 12 && work.bytes <= 2_600 && work.updated <= 1.4, JSON.stringify(work))
  })

  it('stays within its limit for a message that is created and delivered', async (t) => {
    const { world, conversations, server } = await startWorld(t)
    const loop = world.startLoop()
    let created = 0
    const write = async () => {
      for (let n = created++; n < count; n = created++) {
        const one = conversations[n % conversations.length]
        assert(one)
        await world.send(one.conversation, one.channel, `Your parcel left the depot this morning: ${n}`)
      }
    }
    const work = await measure(world, async () => {
      await Promise.all(Array.from({ length: writers }, write))
      await untilSettled(world)
    })
    await loop.stop()
    assert.equal(server.messages().length, count)
    t.diagnostic(JSON.stringify(work))
    assert.ok(work.records <= 26 && work.bytes <= 4_200 && work.updated <= 3, JSON.stringify(work))
  })
})
