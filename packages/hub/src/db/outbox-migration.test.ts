import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createEmptyDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { completeDeliveries } from '../deliveries/complete.ts'
import { migrate } from './migrate.ts'

const claim = '00000000-0000-4000-8000-000000000001'
const lapsed = '00000000-0000-4000-8000-000000000002'

/** One of each that a hub before the outbox leaves behind. By message: [conversation, state, is_head, columns of their own]. */
const before0131: Record<number, [number, string, boolean, string]> = {
  11: [1, 'sending', true, `attempts = 1, claim_id = '${claim}', lease_until = now() + interval '10 s'`],
  12: [1, 'queued', false, `next_attempt_at = now() + interval '30 s'`],
  21: [
    2,
    'sending',
    true,
    `attempts = 3, retries = 2, claim_id = '${claim}', lease_until = now() + interval '10 s', error_code = 'timeout', error_message = 'slow'`,
  ],
  31: [
    3,
    'delayed',
    true,
    `attempts = 2, retries = 1, error_code = 'interrupted', error_message = 'cut', claim_id = '${lapsed}', next_attempt_at = now() + interval '1 hour'`,
  ],
  41: [
    4,
    'sent',
    false,
    `attempts = 1, external_id = 'ext-41', settled_at = now(), started_at = now(), duration_ms = 5, status_code = 200`,
  ],
  42: [
    4,
    'failed',
    false,
    `attempts = 2, error_code = 'refused', error_message = 'no', settled_at = now(), decided_by = 7, dismissed_at = now()`,
  ],
  43: [
    4,
    'not_confirmed',
    false,
    `attempts = 1, error_code = 'interrupted', claim_id = '${lapsed}', settled_at = now()`,
  ],
  44: [4, 'cancelled', false, `settled_at = now(), decided_by = 0`],
  51: [
    5,
    'queued',
    true,
    `attempts = 1, external_id = 'ext-51', started_at = now(), duration_ms = 5, status_code = 200`,
  ],
}

describe('a database of before the outbox', () => {
  let db: TestDatabase
  before(async () => {
    db = await createEmptyDatabase()
    await db.pool.query(
      'create schema portico; create table portico.applied (file text primary key, checksum text not null)',
    )
    const source = join(import.meta.dirname, '..')
    const files = (await Array.fromAsync(glob('db/migrations/*.sql', { cwd: source }))).sort()
    for (const file of files.filter((name) => !/\/013[1-9]_/.test(name))) {
      await db.pool.query(readFileSync(join(source, file), 'utf8'))
      await db.pool.query(`insert into portico.applied values ($1, 'x')`, [file])
    }
    await db.pool.query(`
      insert into companies (company_id, name) values (1, 'Acme');
      insert into counters (company_id, last_number) values (1, 1000);
      insert into teams (company_id, id, name) values (1, 1, 'Acme');
      insert into inboxes (company_id, id, name) values (1, 2, 'Support');
      insert into channel_types (company_id, id, uid, name, server_url, auth_type, contact_type)
        values (1, 3, 'app_x', 'X', 'http://127.0.0.1:9/', 'none', 'custom');
      insert into channels (company_id, id, channel_type_id, inbox_id, name, address, webhook_url)
        values (1, 4, 3, 2, 'X', 'x', 'http://127.0.0.1:9/');
      insert into lanes (company_id, channel_id) values (1, 4);
      insert into conversations (company_id, id, inbox_id, channel_id) select 1, n, 2, 4 from generate_series(1, 5) n`)
    for (const [id, [conversation, state, isHead, columns]] of Object.entries(before0131)) {
      await db.pool.query(
        `insert into messages (company_id, id, conversation_id, channel_id, is_inbound, origin, handle, body, body_format, blurb)
         values (1, $1, $2, 4, false, 'api', 'ivo', 'Hello', 'text', 'Hello')`,
        [id, conversation],
      )
      await db.pool.query(
        'insert into deliveries (company_id, message_id, conversation_id, channel_id, state, is_head) values (1, $1, $2, 4, $3, $4)',
        [id, conversation, state, isHead],
      )
      await db.pool.query(`update deliveries set ${columns} where message_id = ${id}`)
      if (columns.includes('attempts')) {
        await db.pool.query('insert into delivery_requests (company_id, message_id, body) values (1, $1, $2)', [
          id,
          Buffer.from(`request ${id} ${'x'.repeat(Number(id) * 1_000)}`),
        ])
      }
    }
    await migrate(db)
  })
  after(() => db.drop())

  const rows = (sql: string) => db.pool.query(sql).then((result) => result.rows)

  it('shows each delivery as before', async () => {
    const shown = await rows(
      `select message_id::int as id, state, is_next, attempts, retries, error_code, external_id, decided_by, dismissed_at is not null as dismissed
       from all_deliveries order by 1`,
    )
    assert.deepEqual(
      shown.map((row) => Object.values(row)),
      [
        [11, 'sending', true, 1, 0, null, null, null, false],
        [12, 'queued', false, 0, 0, null, null, null, false],
        [21, 'sending', true, 3, 2, 'timeout', null, null, false],
        [31, 'delayed', true, 2, 1, 'interrupted', null, null, false],
        [41, 'sent', false, 1, 0, null, 'ext-41', null, false],
        [42, 'failed', false, 2, 0, 'refused', null, 7, true],
        [43, 'not_confirmed', false, 1, 0, 'interrupted', null, null, false],
        [44, 'cancelled', false, 0, 0, null, null, 0, false],
        [51, 'queued', true, 1, 0, null, null, null, false],
      ],
    )
    const times = await rows(`select message_id::int as id, due_at > now() as later from outbox order by 1`)
    assert.deepEqual(
      times.map(({ id, later }) => [id, later]),
      [
        [11, false],
        [12, true],
        [21, false],
        [31, true],
        [51, false],
      ],
    )
    assert.deepEqual(await rows(`select id::int, external_id from messages where external_id is not null`), [
      { id: 51, external_id: 'ext-51' },
    ])
    assert.deepEqual(await rows(`select message_id::int as id, number, outcome from delivery_attempts`), [
      { id: 51, number: 1, outcome: 'sent' },
    ])
  })

  it('keeps the frozen requests', async () => {
    for (const [id, [, , , columns]] of Object.entries(before0131)) {
      const [row] = await rows(
        `select convert_from(frozen_request(1, batch_id, message_id), 'UTF8') as text from all_deliveries where message_id = ${id}`,
      )
      assert.equal(row.text, columns.includes('attempts') ? `request ${id} ${'x'.repeat(Number(id) * 1_000)}` : null)
    }
  })

  it('takes the results of what was under way, and of what was interrupted', async () => {
    const finished = (messageId: number, claimId: string, state: 'sent' | 'delayed') => ({
      ...{
        companyId: 1,
        messageId,
        channelId: 4,
        claimId,
        isExpired: false,
        startedAt: 1,
        durationMs: 1,
        statusCode: 200,
      },
      excerpt: null,
      outcome: {
        ...{
          state,
          errorCode: null,
          message: null,
          externalId: null,
          externalConversationId: null,
          retryAfterMs: null,
        },
        ...{ pauseMs: null, warning: null, isHealthy: true, delayMs: state === 'delayed' ? 5_000 : null },
      },
    })
    const results = await completeDeliveries(db, [
      finished(11, claim, 'sent'),
      finished(21, claim, 'delayed'),
      finished(31, lapsed, 'sent'),
      finished(43, lapsed, 'sent'),
      finished(51, claim, 'sent'),
    ])
    assert.deepEqual(
      results.map((result) => result !== null),
      [true, true, true, true, false],
    )
    const shown = await rows(
      'select message_id::int as id, state, is_next, attempts, retries from all_deliveries order by 1',
    )
    assert.deepEqual(
      shown.map((row) => Object.values(row)),
      [
        [11, 'sent', false, 1, 0],
        [12, 'queued', true, 0, 0],
        [21, 'delayed', true, 3, 3],
        [31, 'sent', false, 2, 0],
        [41, 'sent', false, 1, 0],
        [42, 'failed', false, 2, 0],
        [43, 'sent', false, 1, 0],
        [44, 'cancelled', false, 0, 0],
        [51, 'queued', true, 1, 0],
      ],
    )
    assert.deepEqual(await rows('select from delivery_claims'), [])
  })
})
