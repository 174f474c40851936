import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import { it } from 'node:test'
import { createDatabase, createEmptyDatabase, type TestDatabase } from '../../../../tests/harness/database.ts'
import { migrate } from './migrate.ts'

async function withDatabase(make: () => Promise<TestDatabase>, work: (db: TestDatabase) => Promise<void>) {
  const db = await make()
  try {
    await work(db)
  } finally {
    await db.drop()
  }
}

const applied = (db: TestDatabase) =>
  db.query('applied', 'select file, checksum, xmin::text from portico.applied order by 1')

it('migrating a second time changes nothing', () =>
  withDatabase(createDatabase, async (db) => {
    const before = await applied(db)
    await migrate(db)
    assert.deepEqual(await applied(db), before)
  }))

it('each migration has a unique number over all folders', () => {
  const files = globSync('*/migrations/*.sql', { cwd: join(import.meta.dirname, '..') })
  const numbers = files.map((file) => basename(file).slice(0, 4))
  assert.ok(numbers.length > 0 && numbers.every((number) => /^\d{4}$/.test(number)), numbers.join())
  assert.deepEqual(
    numbers.filter((number, n) => numbers.indexOf(number) !== n),
    [],
  )
})

it('hubs that start together on an empty database take turns', () =>
  withDatabase(createEmptyDatabase, async (db) => {
    await Promise.all([migrate(db), migrate(db), migrate(db)])
    assert.equal((await db.query('companies', 'select from companies')).length, 0)
  }))

it('a function whose result or parameters changed takes the place of the old one', () =>
  withDatabase(createDatabase, async (db) => {
    const functionsNow = () =>
      db.query(
        'functions',
        `select oid::regprocedure::text as f, prorettype from pg_proc
      where pronamespace = 'public'::regnamespace and proname = 'create_api_token' order by 1`,
      )
    const wanted = await functionsNow()
    await db.pool.query(`drop function create_api_token; create function create_api_token(bigint) returns text language sql as 'select 1::text';
      create function create_api_token(text) returns text language sql as 'select 1::text';
      update portico.applied set checksum = 'older' where file like 'api-tokens/%'`)
    await migrate(db)
    assert.deepEqual(await functionsNow(), wanted)
  }))

it('migrate refuses a database of a newer Portico, and changes nothing', () =>
  withDatabase(createDatabase, async (db) => {
    for (const file of ['db/migrations/9999_later.sql', 'tags/migrations/9998_tags.sql']) {
      await db.query('newer', `insert into portico.applied values ($1, 'x')`, [file])
      const before = await applied(db)
      await assert.rejects(migrate(db), new RegExp(`newer Portico \\(${file}\\)`))
      assert.deepEqual(await applied(db), before)
      await db.query('gone', 'delete from portico.applied where file = $1', [file])
    }
  }))

it('migrate refuses a database from before the first release, and changes nothing', () =>
  withDatabase(createEmptyDatabase, async (db) => {
    await db.pool.query(`create schema portico; create table portico.applied (file text primary key, checksum text not null);
      insert into portico.applied values ('db/migrations/0001_tables.sql', 'x')`)
    await assert.rejects(migrate(db), /made before Portico 0\.2\.0/)
    assert.deepEqual(await applied(db).then((rows) => rows.length), 1)
  }))

it('a failing migration is rolled back, and its error has the file and line', () =>
  withDatabase(createEmptyDatabase, async (db) => {
    await db.pool.query('create table counters (x int)')
    await assert.rejects(migrate(db), /^Error: db\/migrations\/0001_schema\.sql.*"counters" already exists/)
    assert.deepEqual(await db.query('none', `select from pg_namespace where nspname in ('directory', 'portico')`), [])
  }))
