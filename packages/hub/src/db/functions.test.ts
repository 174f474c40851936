import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'

const source = join(import.meta.dirname, '..')
const typescript = globSync('**/*.ts', { cwd: source })
  .filter((file) => !file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(source, file), 'utf8').replace(/^\s*(?:\/\*\*|\*|\/\/).*$/gm, ''))

describe('the SQL functions', () => {
  let db: TestDatabase
  before(async () => {
    db = await createDatabase()
  })
  after(() => db.drop())

  /** The functions that neither TypeScript nor another function calls. */
  async function findUncalled(): Promise<string[]> {
    const functions = await db.query<{ name: string; body: string }>(
      't_functions',
      `select p.proname as name, p.prosrc as body from pg_proc p where p.pronamespace = 'public'::regnamespace`,
    )
    assert.ok(functions.length > 80, `${functions.length} functions`)
    const bodies = functions.map(({ name, body }) => ({ name, text: body.replace(/--.*$/gm, '') }))
    return functions.flatMap(({ name }) => {
      const inSql = new RegExp(`\\b${name}\\s*\\(`)
      const inTypeScript = new RegExp(`\\b${name}\\(|'${name}'`)
      const isCalled =
        bodies.some((other) => other.name !== name && inSql.test(other.text)) ||
        typescript.some((text) => inTypeScript.test(text))
      return isCalled ? [] : [name]
    })
  }

  it('are all called', async () => {
    assert.deepEqual(await findUncalled(), [])
  })

  it('are found as unused when only they call themselves', async () => {
    await db.pool.query(
      `create function forgotten() returns void language plpgsql as $$ begin /* forgotten() */ perform forgotten(); end $$`,
    )
    assert.deepEqual(await findUncalled(), ['forgotten'])
  })
})
