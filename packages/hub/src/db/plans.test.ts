import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { publicId } from '@portico/protocol'
import pg from 'pg'
import { addTestChannel } from '../../../../tests/harness/channel.ts'
import { type OwnCluster, startCluster } from '../../../../tests/harness/cluster.ts'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { startTestHub } from '../../../../tests/harness/hub.ts'

const finished = process.env.PORTICO_FAULTS === 'full' ? 1_000_000 : 60_000
const messages = 40

/** The most blocks that a call of a statement may touch; an index of a large table has more. */
const MOST = 200

/**
 * The most blocks for a call of a consumer, which reads all events since the last one, a hundred here, and for what a hub stores once in
 * 5 s: three statements whose plans are made in the call.
 */
const MOST_OF_A_BATCH = 800
const inBatches = /queue_(channel_callbacks|conversation_statuses|message_change)|record_observations/

describe('a message in and a message out, in tables without statistics', { timeout: 300_000 }, () => {
  let cluster: OwnCluster
  before(async () => {
    cluster = await startCluster({
      autovacuum: 'off',
      shared_preload_libraries: 'pg_stat_statements',
      'pg_stat_statements.track': 'all',
    })
  })
  after(() => cluster.stop())

  const ages = {
    never: async () => {},
    'since they were young': async (db: TestDatabase) => void (await db.query('analyze', 'analyze')),
  }
  for (const [age, look] of Object.entries(ages)) {
    it(`${age}: no statement touches more blocks than its own rows need`, async (t) => {
      const db = await createDatabase(cluster)
      await db.pool.query('create extension pg_stat_statements')
      const hub = await startTestHub({}, db)
      t.after(() => hub.close())
      const channel = await addTestChannel(hub, { type: { max_in_flight: 4 } })
      t.after(() => channel.server.stop())
      for (let n = 0; n < 5; n++) await talk(`young-${n}`)
      await settled()
      await look(db)
      await fill(db)
      const samples: Sample[] = []
      for (let n = 0; n < messages; n++) {
        await db.pool.query('select pg_stat_statements_reset()')
        await talk(`c-${n % 20}`)
        await sent()
        samples.push(...(await read(db)))
      }
      await db.pool.query('select pg_stat_statements_reset()')
      await settled()
      await lookOften(db)
      samples.push(...(await read(db)))
      const called = usual(samples)
      assert.deepEqual(
        called.filter(({ query, blocks }) => blocks > (inBatches.test(query) ? MOST_OF_A_BATCH : MOST)),
        [],
      )
      const callsOf = (part: string) =>
        called.filter(({ query }) => query.includes(part)).reduce((sum, { calls }) => sum + calls, 0)
      assert.equal(
        callsOf('select array_agg(x::finished_attempt'),
        callsOf('from complete_attempts('),
        'results are read once',
      )
      for (const name of [
        'receive_pushed_messages',
        'create_messages',
        'complete_attempts',
        'find_expired_attempts',
        'peek_deliveries',
        'claim_deliveries',
      ]) {
        assert.ok(
          called.some(({ query }) => query.includes(`from ${name}(`)),
          name,
        )
      }

      /** Receives a customer's message, and answers it twice. */
      async function talk(conversation: string): Promise<void> {
        const pushed = await channel.push({
          body: 'Hello',
          externalId: `x-${Math.random()}`,
          conversation,
          handle: conversation,
        })
        assert.equal(pushed.status, 202)
        const { rows } = await db.pool.query(
          `select /* of this test */ max(conversation_id) as id from conversation_external_ids where external_id = $1`,
          [conversation],
        )
        const id = publicId('cnv', hub.companyId, Number(rows[0].id))
        // the second waits behind the first, and is looked for when that was sent
        for (const body of ['Good day', 'What can we do for you?']) {
          const answer = await hub.call('POST', `/conversations/${id}/messages`, { body })
          assert.equal(answer.status, 202)
        }
      }

      async function sent(): Promise<void> {
        const isOpen = `select /* of this test */ 1 from outbox limit 1`
        while ((await db.pool.query(isOpen)).rows.length > 0) await setTimeout(50)
      }

      async function settled(): Promise<void> {
        await sent()
        // a hub looks for ended leases once a second
        const hasLooked = `select /* of this test */ 1 from pg_stat_statements where query ~ 'from find_expired_attempts'`
        while ((await db.pool.query(hasLooked)).rows.length === 0) await setTimeout(50)
      }
    })
  }

  /** A statement since the last reset, with the blocks of a call. */
  interface Sample {
    query: string
    calls: number
    blocks: number
  }

  async function read(db: TestDatabase): Promise<Sample[]> {
    const { rows } = await db.pool.query(
      `select query, calls::int, (shared_blks_hit + shared_blks_read) / calls as blocks from pg_stat_statements
       where dbid = (select oid from pg_database where datname = current_database()) and query !~ 'pg_|of this test'`,
    )
    return rows.map(({ query, blocks, calls }) => ({ calls, blocks: Number(blocks), query }))
  }

  /**
   * Each statement once, with what three quarters of its calls stay within: the first call of a connection reads the catalogue, and
   * touches 2,600 blocks where a later one touches 160. How many connections a hub opens depends on the load of the machine.
   */
  function usual(samples: Sample[]): Sample[] {
    const byQuery = Map.groupBy(samples, ({ query }) => query.replace(/\s+/g, ' ').slice(0, 160))
    return Array.from(byQuery, ([query, all]) => {
      const blocks = all.flatMap((each) => Array<number>(each.calls).fill(each.blocks)).sort((a, b) => a - b)
      return { query, calls: blocks.length, blocks: blocks[Math.floor((blocks.length - 1) * 0.75)]! }
    })
  }

  /** Leaves out what is not the statement's own work: rare polls, and first calls, which read the catalogue to plan. */
  async function lookOften(db: TestDatabase): Promise<void> {
    const client = new pg.Client(db.url)
    await client.connect()
    const { rows } = await client.query(
      'select /* of this test */ company_id, array_agg(id) as channels from channels group by 1',
    )
    for (let n = 0; n < 50; n++) {
      await client.query('select company_id, channel_id, has_slot, wait_ms from find_ready_channels($1)', [null])
      await client.query('select * from find_expired_attempts($1)', [100])
      await client.query('select kind, company_id, next_due_ms from due_timers($1, $2)', [['any'], 100])
      await client.query(
        `select (content).*, message_id, conversation_id, channel_id, attempts, retries, is_beyond as must_wait, request_body
         from peek_deliveries($1, $2, $3, $4)`,
        [rows[0].company_id, rows[0].channels.slice(0, 4), null, 100],
      )
    }
    await client.end()
  }

  /** Inserts so many settled deliveries of the same company and channel, with all their rows. */
  async function fill(db: TestDatabase): Promise<void> {
    const client = new pg.Client(db.url)
    await client.connect()
    const steps = [
      `create temp table base as select c.company_id as co, c.id as ch, c.inbox_id as box, k.last_number as n, k.last_event as e
       from channels c join counters k on k.company_id = c.company_id limit 1`,
      `insert into contacts (company_id, id, name) select co, n + i, 'Ivo' from base, generate_series(1, ${finished / 5}) i`,
      `insert into contact_handles (company_id, source, handle, contact_id)
       select co, 'custom', 'h' || i, n + i from base, generate_series(1, ${finished / 5}) i`,
      `insert into conversations (company_id, id, inbox_id, channel_id, contact_id)
       select co, n + i, box, ch, n + i from base, generate_series(1, ${finished / 5}) i`,
      `insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
       select co, ch, 'x' || i, n + i, n + i from base, generate_series(1, ${finished / 5}) i`,
      `insert into messages (company_id, id, conversation_id, channel_id, external_id, is_inbound, origin, handle, body, body_format, blurb)
       select co, n + ${finished} + i, n + 1 + i % ${finished / 5}, ch, 'm' || i, false, 'api', 'h', 'Hello', 'text', 'Hello'
       from base, generate_series(1, ${finished}) i`,
      `insert into deliveries (company_id, message_id, conversation_id, channel_id, state, attempts, batch_id)
       select co, n + ${finished} + i, n + 1 + i % ${finished / 5}, ch, 'sent', 1, gen_random_uuid()
       from base, generate_series(1, ${finished}) i`,
      `insert into delivery_requests (company_id, batch_id, start, messages, ends, bytes)
       select d.company_id, d.batch_id, 0, array[d.message_id], array[2], '{}'::bytea from deliveries d where d.batch_id is not null on conflict do nothing`,
      `insert into delivery_attempts (company_id, message_id, number, started_at, outcome)
       select co, n + ${finished} + i, 1, now(), 'sent' from base, generate_series(1, ${finished}) i`,
      `insert into events (company_id, number, type, conversation_id, inbox_id, message_id, actor)
       select co, e + i, 'delivery', n + 1 + i % ${finished / 5}, box, n + ${finished} + i, 'system' from base, generate_series(1, ${finished}) i`,
      `insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url)
       select co, n + ${2 * finished} + i, c.channel_type_id, box, 'Another', 'another ' || i, c.webhook_url
       from base join channels c on c.company_id = co and c.id = ch, generate_series(1, 300) i`,
      `insert into channel_delivery_states (company_id, channel_id) select co, n + ${2 * finished} + i from base, generate_series(1, 300) i`,
      `update counters k set last_number = k.last_number + ${3 * finished}, last_event = k.last_event + ${finished} from base where k.company_id = co`,
    ]
    for (const step of steps) await client.query(step)
    await client.end()
  }
})
