import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createDatabase } from '../../../../tests/harness/database.ts'
import { deliveryErrorCodes } from '../deliveries/error-codes.ts'
import { expiredRows } from '../expired-rows/timer.ts'
import { undeliveredStates, waitingStates, withConstants } from './constants.ts'

const source = join(import.meta.dirname, '..')
const home = 'db/constants.ts'
const files = globSync(['*/*.sql', '**/*.ts'], { cwd: source })
  .filter((file) => !file.endsWith('.test.ts') && file !== home && file !== 'db/schema.sql')
  .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }))

describe('a constant that SQL and TypeScript share', () => {
  it('is inserted by its name, and no other text is replaced', () => {
    assert.equal(withConstants('x in (:waiting_states)'), `x in ('queued', 'delayed')`)
    assert.equal(withConstants(`interval ':lease_seconds seconds'`), `interval '15 seconds'`)
    const others = `a::text, b[1:n], c := d, '{"state": "e"}', (f)::jsonb`
    assert.equal(withConstants(others), others)
    assert.throws(() => withConstants('x in (:waiting_stats)'), /no constant :waiting_stats/)
  })

  it('is written down in its home alone', () => {
    const lists = files.flatMap(({ file, text }) =>
      Array.from(text.matchAll(/\bin \(('queued'[^)]*)\)/g), ([, list = '']) => ({ file, list })),
    )
    assert.deepEqual(lists, [], `see ${home}`)
  })

  it('is what the tables say', async () => {
    const db = await createDatabase()
    try {
      const [row] = await db.query<{ outbox: string; undelivered: string }>(
        't_predicates',
        `select (select pg_get_constraintdef(oid) from pg_constraint where conname = 'outbox_state_check') as outbox,
           pg_get_expr(indpred, indrelid) as undelivered
         from pg_index where indexrelid = 'deliveries_undelivered'::regclass`,
      )
      const statesIn = (text = '') => Array.from(text.matchAll(/'(\w+)'/g), ([, state = '']) => state)
      const waiting: readonly string[] = waitingStates
      assert.deepEqual(statesIn(row?.outbox), waiting)
      assert.deepEqual(
        statesIn(row?.undelivered),
        undeliveredStates.filter((state) => !waiting.includes(state)),
      )
    } finally {
      await db.drop()
    }
  })
})

describe('the constants that SQL writes', () => {
  const literals = (pattern: RegExp) =>
    files
      .filter(({ file }) => file.endsWith('.sql'))
      .flatMap(({ file, text }) => Array.from(text.matchAll(pattern), ([, literal = '']) => ({ file, literal })))

  it('are error codes that TypeScript knows', () => {
    const found = literals(/error_code = '(\w+)'/g)
    assert.ok(found.length >= 3, `${found.length} literals`)
    for (const { file, literal } of found)
      assert.ok((deliveryErrorCodes as readonly string[]).includes(literal), `${file}: ${literal}`)
  })

  it('are timers of a kind that is registered', () => {
    const found = literals(/schedule_timer\(\w+, '([\w-]+)'/g)
    assert.equal(found.length, 2)
    for (const { file, literal } of found) assert.equal(literal, expiredRows.kind, file)
  })
})
