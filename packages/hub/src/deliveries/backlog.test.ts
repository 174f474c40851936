import assert from 'node:assert/strict'
import { it } from 'node:test'
import { answer } from '../../../../tests/harness/channel-server.ts'
import { startCluster } from '../../../../tests/harness/cluster.ts'
import { createDatabase } from '../../../../tests/harness/database.ts'
import { fakeServer, startDeliveryFixture } from '../../../../tests/harness/deliveries.ts'
import { Bus } from '../events/bus.ts'

const count = 3_000
/** Shared buffers that the completion of a delivery may touch: 41 were counted with index scans, about 66 with a sequential scan of the outbox. */
const MOST = 46

it('completing a backlog uses the index, even if the outbox was empty at the last ANALYZE', {
  timeout: 120_000,
}, async (t) => {
  const cluster = await startCluster({
    autovacuum: 'off',
    shared_preload_libraries: 'pg_stat_statements',
  })
  const db = await createDatabase(cluster)
  await db.pool.query('create extension pg_stat_statements')
  const world = await startDeliveryFixture({ db, bus: new Bus(db) })
  t.after(() => world.close().finally(() => cluster.stop()))
  const server = await fakeServer(t)
  server.behave = ({ body }, response) => answer(response, 200, { type: 'success', external_id: body.payload.id })
  for (let n = 0; n < 20; n++) {
    const channel = await world.addChannel(server, { maxInFlight: 16 })
    for (let m = 0; m < 10; m++) await world.addConversation(channel)
  }
  world.startLoop()

  async function drain(): Promise<void> {
    await db.transaction(async (tx) => {
      await tx.query('lock', 'select from counters where company_id = $1 for update', [world.companyId])
      await tx.query(
        'backlog',
        `with new as (
           select k.last_number + row_number() over (order by n, c.id) as id, c.id as conversation_id, c.channel_id, c.recipient_handle, n
           from counters k, conversations c, generate_series(1, $2::integer / 200) n where k.company_id = $1 and c.company_id = $1
         ), written as (
           insert into messages (company_id, id, conversation_id, channel_id, is_inbound, origin, handle, body, body_format, blurb)
           select $1, id, conversation_id, channel_id, false, 'api', recipient_handle, 'Hello', 'text', 'Hello' from new)
         insert into outbox (company_id, message_id, conversation_id, channel_id, is_next)
         select $1, id, conversation_id, channel_id, n = 1 from new`,
        [world.companyId, count],
      )
      await tx.query('count', 'update counters set last_number = last_number + $2 where company_id = $1', [
        world.companyId,
        count,
      ])
    })
    for (;;) {
      const changed = Promise.withResolvers<void>()
      const unsubscribe = world.bus.on('events', () => changed.resolve())
      const isOpen = (await db.query('open', 'select from outbox limit 1')).length > 0
      if (isOpen) await changed.promise
      unsubscribe()
      if (!isOpen) return
    }
  }

  await drain()
  await db.query('analyze', 'analyze')
  await db.query('reset', 'select pg_stat_statements_reset()')
  await drain()
  const [row] = await db.query<{ blocks: number }>(
    'blocks',
    `select (sum(shared_blks_hit + shared_blks_read) / $1)::float8 as blocks from pg_stat_statements
     where query like '%from complete_attempts(%'`,
    [count],
  )
  assert.ok(row && row.blocks > 10 && row.blocks < MOST, `${row?.blocks} blocks`)
})
