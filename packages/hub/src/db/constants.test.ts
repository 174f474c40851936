import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createDatabase } from '../../../../tests/harness/database.ts'
import { deliveryErrorCodes } from '../deliveries/error-codes.ts'
import { expiredRows } from '../expired-rows/timer.ts'
import { sqlList, undeliveredStates, unsettledStates, waitingStates, withConstants } from './constants.ts'

const source = join(import.meta.dirname, '..')
const home = 'db/constants.ts'
const files = globSync(['*/*.sql', '**/*.ts'], { cwd: source })
  .filter((file) => !file.endsWith('.test.ts') && file !== home && file !== 'db/schema.sql')
  .map((file) => ({ file, text: readFileSync(join(source, file), 'utf8') }))

describe('a constant that SQL and TypeScript share', () => {
  it('is put in by its name, and nothing else is taken for one', () => {
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
    // the queue's own statements are held to the same lists until they name them
    const known: string[] = [sqlList(waitingStates), sqlList(unsettledStates)]
    for (const { file, list } of lists)
      assert.ok(/^deliveries\/.*\.sql$/.test(file) && known.includes(list), `${file}: (${list}); see ${home}`)
  })

  it('is what the partial indexes say', async () => {
    const db = await createDatabase()
    try {
      const rows = await db.query<{ name: string; predicate: string }>(
        't_predicates',
        `select indexrelid::regclass::text as name, pg_get_expr(indpred, indrelid) as predicate from pg_index
         where indrelid = 'deliveries'::regclass and indpred is not null`,
      )
      const statesOf = (index: string) => {
        const { predicate = '' } = rows.find(({ name }) => name === index) ?? {}
        return Array.from(predicate.matchAll(/'(\w+)'/g), ([, state]) => state)
      }
      assert.deepEqual(statesOf('deliveries_unsettled'), [...unsettledStates])
      assert.deepEqual(statesOf('deliveries_ready'), [...waitingStates])
      assert.deepEqual(statesOf('deliveries_undelivered'), [...undeliveredStates])
    } finally {
      await db.drop()
    }
  })
})

describe('what SQL writes by itself', () => {
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
