import type { TestDatabase } from './database.ts'

/** Every row of every table, as text. */
export async function dumpTables(db: TestDatabase): Promise<string> {
  const tables = await db.query<{ name: string }>(
    'test_tables',
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname not in ('pg_catalog', 'information_schema')`,
  )
  const dumps = await Promise.all(
    tables.map(({ name }) => db.pool.query(`select coalesce(string_agg(t::text, e'\n'), '') as dump from ${name} t`)),
  )
  return dumps.map(({ rows }) => rows[0].dump).join('\n')
}
