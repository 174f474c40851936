import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { createCompany } from '../companies/create.ts'
import { channelCallbacks } from './consumer.ts'

/** A company with channel 3 of a type that wants to know everything. */
async function addChannel(db: TestDatabase, companyId: number): Promise<void> {
  const insert = (label: string, text: string) => db.query(label, text, [companyId])
  await insert('test_inbox', "insert into inboxes (company_id, id, name) values ($1, 1, 'Support')")
  await insert(
    'test_type',
    "insert into channel_types (company_id, id, uid, name, server_url, auth_type, contact_type) values ($1, 2, 'app_x', 'T', 'http://127.0.0.1:9/', 'none', 'custom')",
  )
  await insert(
    'test_channel',
    "insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url) values ($1, 3, 2, 1, 'C', '3', 'http://127.0.0.1:9/')",
  )
}

describe('the consumer of channel callbacks', () => {
  let db: TestDatabase
  let company: number
  let last = 0
  before(async () => {
    db = await createDatabase()
    company = (await createCompany(db, { name: 'Acme' })) ?? 0
    await addChannel(db, company)
  })
  after(() => db?.drop())

  async function addMessage(id: number): Promise<void> {
    await db.query(
      'test_message',
      `insert into messages (company_id, id, conversation_id, channel_id, is_inbound, origin, handle, body, body_format, blurb)
       values ($1, $2, 9, 3, true, 'channel', 'ivo', 'x', 'text', 'x')`,
      [company, id],
    )
  }

  /** Writes an event of the channel, and lets the consumer handle it. */
  async function happened(type: string, messageId: number | null, cause = 'channel') {
    await db.query('test_counter', 'update counters set last_event = last_event + 1 where company_id = $1', [company])
    await db.query(
      'test_event',
      `insert into events (company_id, number, type, message_id, actor, actor_id, cause, emitted_at)
       values ($1, $2, $3, $4, 'channel', 3, $5, coalesce((select deleted_at from channels where company_id = $1 and id = 3), now()))`,
      [company, ++last, type, messageId, cause],
    )
    await channelCallbacks(() => {}).handle(db, { companyId: company, after: last - 1, upTo: last })
    const rows = await db.query<{ kind: string; message_id: number | null }>(
      'test_queued',
      'select kind, message_id from channel_callbacks where company_id = $1 order by id',
      [company],
    )
    await db.query('test_clear', 'delete from channel_callbacks')
    return rows.map(({ kind, message_id }) => (message_id === null ? kind : `${kind} ${message_id}`))
  }

  it('creates a callback for an import, and none when it is written again because its conversation was merged', async () => {
    await addMessage(10)
    assert.deepEqual(await happened('inbound', 10), ['message_imported 10'])
    assert.deepEqual(await happened('inbound', 10, 'message'), [])
  })

  it('creates a callback for an echo that was merged with our message, and none for a deleted one', async () => {
    await addMessage(20)
    await db.query('test_united', 'insert into united_ids (company_id, id, into_id) values ($1, 21, 20)', [company])
    assert.deepEqual(await happened('out_reply', 21), ['message_imported 20'])
    assert.deepEqual(await happened('inbound', 22), [])
  })

  it('creates only the delete callback for a deleted channel', async () => {
    await addMessage(30)
    assert.deepEqual(await happened('channel', null), [])
    await db.query('test_delete', 'update channels set deleted_at = now() where company_id = $1', [company])
    assert.deepEqual(await happened('channel', null), ['delete'])
    assert.deepEqual(await happened('inbound', 30), [])
  })
})
