import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { addTestChannel } from '../../../../tests/harness/channel.ts'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { startHubOn } from '../../../../tests/harness/hub.ts'
import { meter } from '../../../../tests/harness/metered-database.ts'

const finished = process.env.PORTICO_FAULTS === 'full' ? 1_000_000 : 60_000
const messages = 40

/** What a statement may read for a batch of so few; a table is a thousand times that. */
const MOST = 1_000

const tables = [
  ...['conversations', 'conversation_external_ids', 'contacts', 'contact_handles', 'messages', 'events'],
  ...['deliveries', 'delivery_requests', 'delivery_attempts', 'lanes', 'counters', 'channels', 'idempotency_keys'],
]

describe('a message in and a message out, in tables that PostgreSQL has not looked at', { timeout: 300_000 }, () => {
  const ages = {
    never: async () => {},
    'since they were young': async (db: TestDatabase) => void (await db.query('analyze', 'analyze')),
  }
  for (const [age, look] of Object.entries(ages)) {
    it(`${age}: no statement reads more than what it is about`, async (t) => {
      const db = await createDatabase()
      for (const table of tables) await db.pool.query(`alter table ${table} set (autovacuum_enabled = off)`)
      const { database, rowsRead, close } = meter(db)
      const hub = await startHubOn({ ...db, ...database })
      t.after(async () => {
        close()
        await hub.close()
      })
      const channel = await addTestChannel(hub, { type: { max_in_flight: 4 } })
      t.after(() => channel.server.stop())
      const conversations: string[] = []
      for (let n = 0; n < 5; n++) conversations.push(await talk(`young-${n}`))
      await settled()
      await look(db)
      await fill(db)
      for (let n = 0; n < messages; n++) await talk(`c-${n % 20}`)
      await settled()
      const tooMuch = [...rowsRead].filter(([, rows]) => rows > MOST).map(([name, rows]) => `${name}: ${rows}`)
      assert.deepEqual(tooMuch, [])
      assert.ok(rowsRead.has('complete_deliveries') && rowsRead.has('expired_leases') && rowsRead.has('claim_heads'))

      /** A customer writes, and is answered. */
      async function talk(conversation: string): Promise<string> {
        const pushed = await channel.push({
          body: 'Hello',
          externalId: `x-${Math.random()}`,
          conversation,
          handle: conversation,
        })
        const message = (await hub.call('GET', `/messages/alt:uid:${pushed.body.message_uid}`)).body
        const path = new URL(message._links.related.conversation).pathname
        const answer = await hub.call('POST', `${path}/messages`, { body: 'Good day' })
        assert.equal(answer.status, 202)
        return path
      }

      async function settled(): Promise<void> {
        const isOpen = `select 1 from deliveries where state in ('queued', 'sending', 'delayed') limit 1`
        while ((await db.pool.query(isOpen)).rows.length > 0) await new Promise((resolve) => setTimeout(resolve, 50))
      }
    })
  }

  /** So many finished deliveries, with all that belongs to them, of the same company and channel. */
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
      `insert into deliveries (company_id, message_id, conversation_id, channel_id, state, is_head, attempts, settled_at)
       select co, n + ${finished} + i, n + 1 + i % ${finished / 5}, ch, 'sent', false, 1, now()
       from base, generate_series(1, ${finished}) i`,
      `insert into delivery_requests (company_id, message_id, body)
       select co, n + ${finished} + i, '{}'::bytea from base, generate_series(1, ${finished}) i`,
      `insert into delivery_attempts (company_id, message_id, number, started_at, outcome)
       select co, n + ${finished} + i, 1, now(), 'sent' from base, generate_series(1, ${finished}) i`,
      `insert into events (company_id, number, type, conversation_id, inbox_id, message_id, actor)
       select co, e + i, 'delivery', n + 1 + i % ${finished / 5}, box, n + ${finished} + i, 'system' from base, generate_series(1, ${finished}) i`,
      `update counters k set last_number = k.last_number + ${3 * finished}, last_event = k.last_event + ${finished} from base where k.company_id = co`,
    ]
    for (const step of steps) await client.query(step)
    await client.end()
  }
})
