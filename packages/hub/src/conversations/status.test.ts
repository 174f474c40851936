import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createDatabase } from '../../../../tests/harness/database.ts'
import { readStatus, readStatuses, statuses, statusFilter, statusWritten, writtenStatuses } from './status.ts'

const known = Object.keys(statuses)

describe("a conversation's status", () => {
  it('is read with the names of the published API', () => {
    assert.deepEqual([...readStatuses].sort(), ['archived', 'assigned', 'deleted', 'unassigned'])
    assert.deepEqual(
      (['open', 'archived', 'trashed', 'spam'] as const).flatMap((status) =>
        [true, false].map((isAssigned) => readStatus(status, isAssigned)),
      ),
      ['assigned', 'unassigned', 'archived', 'archived', 'deleted', 'deleted', 'deleted', 'deleted'],
    )
  })

  it('is written with the names of the published API', () => {
    assert.deepEqual(writtenStatuses.map(statusWritten), ['open', 'archived', 'trashed', 'spam'])
    assert.deepEqual([...writtenStatuses].sort(), ['archived', 'deleted', 'open', 'spam'])
  })

  it('is filtered with the names of the published API, and with those of reading and writing', () => {
    const asked = (...words: Parameters<typeof statusFilter>[0]) => statusFilter(words)
    assert.deepEqual(asked(), { statuses: ['open', 'archived'], assigned: null })
    assert.deepEqual(asked('assigned'), { statuses: ['open'], assigned: true })
    assert.deepEqual(asked('unassigned', 'archived'), { statuses: ['open', 'archived'], assigned: false })
    assert.deepEqual(asked('assigned', 'unassigned'), { statuses: ['open'], assigned: null })
    assert.deepEqual(asked('open', 'assigned'), { statuses: ['open'], assigned: null })
    assert.deepEqual(asked('trashed'), asked('deleted'))
    assert.deepEqual(asked('spam'), { statuses: ['spam'], assigned: null })
  })

  it('has the same names in the table and in SQL', async () => {
    const db = await createDatabase()
    try {
      const { rows } = await db.pool.query(
        "select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'conversations_status_check'",
      )
      assert.deepEqual(literals(rows[0].text), [...known].sort())
      const functions = await db.pool.query(
        `select prosrc as text from pg_proc where pronamespace = 'public'::regnamespace and prosrc ~ 'conversations|status_steps'`,
      )
      const queries = await readFile(join(import.meta.dirname, 'queries.ts'), 'utf8')
      // the status of a message template has words of its own
      const compared = [...functions.rows.map(({ text }) => text), queries].flatMap((text: string) =>
        Array.from(
          text.matchAll(/(?<!\btemplate\.)\bstatus\s*(?:=|<>|(?:not )?in)\s*(\([^)]*'\)|'\w+')/g),
          ([, words]) => words!,
        ),
      )
      assert.ok(compared.length > 10, String(compared.length))
      assert.deepEqual(
        literals(compared.join()).filter((word) => !known.includes(word)),
        [],
      )
    } finally {
      await db.drop()
    }
  })
})

function literals(sql: string): string[] {
  return [...new Set(Array.from(sql.matchAll(/'(\w+)'/g), ([, word]) => word!))].sort()
}
