import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { it } from 'node:test'
import { createDatabase } from '../../../../tests/harness/database.ts'
import { dumpSchema } from './schema-dump.ts'

it('schema.sql is what the migrations make (else: npm run schema)', async () => {
  const db = await createDatabase()
  try {
    const made = (await dumpSchema(db)).split('\n')
    const written = (await readFile(join(import.meta.dirname, 'schema.sql'), 'utf8')).split('\n')
    assert.deepEqual(
      {
        missing: made.filter((line) => !written.includes(line)),
        stale: written.filter((line) => !made.includes(line)),
      },
      { missing: [], stale: [] },
    )
    assert.equal(made.length, written.length)
  } finally {
    await db.drop()
  }
})
