import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import pg from 'pg'
import { UnsuitableDatabase } from './check.ts'
import { withConstants } from './constants.ts'
import type { Database } from './database.ts'

const source = join(import.meta.dirname, '..')
const migrationLock = 0x706f7274
// migrations are only appended since 0.2.0; earlier versions were never released
const beforeFirstRelease = 'db/migrations/0001_tables.sql'

/**
 * Brings the database up to this version, in one transaction: all or nothing, also behind a pooler. Migrations
 * (`db/migrations/`, `<feature>/migrations/`) run once, in the order of their numbers; function files (`<feature>/*.sql`) run again whenever their text, or a constant in it, changed. Hubs that start together take turns.
 */
export async function migrate(db: Pick<Database, 'pool'>): Promise<void> {
  const client = new pg.Client({ ...db.pool.options, query_timeout: 0 })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('set local statement_timeout = 0; set local lock_timeout = 0')
    // functions name each other, whatever the order of their files
    await client.query('set local check_function_bodies = off')
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock])
    await applyAll(client)
    await client.query('commit')
  } finally {
    await client.end()
  }
}

async function applyAll(client: pg.ClientBase): Promise<void> {
  await client.query('create schema if not exists portico')
  await client.query('create table if not exists portico.applied (file text primary key, checksum text not null)')
  const applied = await readApplied(client)
  const migrations = (await sqlFiles('*/migrations/*.sql')).sort((a, b) => numberOf(a) - numberOf(b))
  refuseOthers(applied, migrations)
  for (const file of migrations) if (!applied.has(file.name)) await apply(client, file)
  for (const file of await sqlFiles('*/*.sql', withConstants)) {
    if (applied.get(file.name) === file.checksum) continue
    await dropFunctions(client, file)
    await apply(client, file)
  }
}

interface SqlFile {
  name: string
  text: string
  checksum: string
}

async function sqlFiles(pattern: string, written = (text: string) => text): Promise<SqlFile[]> {
  const names = await Array.fromAsync(glob(pattern, { cwd: source }))
  const wanted = names.filter((name) => basename(name) !== 'schema.sql').sort()
  return Promise.all(wanted.map((name) => readSql(name, written)))
}

async function readSql(name: string, written: (text: string) => string): Promise<SqlFile> {
  const text = written(await readFile(join(source, name), 'utf8'))
  return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
}

async function readApplied(client: pg.ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query<{ file: string; checksum: string }>('select file, checksum from portico.applied')
  return new Map(rows.map((row) => [row.file, row.checksum]))
}

const isMigration = /^[^/]+\/migrations\//

function numberOf({ name }: SqlFile): number {
  return Number.parseInt(basename(name), 10)
}

function refuseOthers(applied: Map<string, string>, migrations: SqlFile[]): void {
  if (applied.has(beforeFirstRelease))
    throw new UnsuitableDatabase('this database was made before Portico 0.2.0, which begins anew; give it an empty one')
  const known = new Set(migrations.map((file) => file.name))
  const unknown = [...applied.keys()].filter((name) => isMigration.test(name) && !known.has(name))
  if (unknown.length === 0) return
  throw new UnsuitableDatabase(`this database was migrated by a newer Portico (${unknown.join(', ')}); start that one`)
}

/** `create or replace` keeps a function of other parameters beside the new one, and refuses another return type. */
async function dropFunctions(client: pg.ClientBase, { text }: SqlFile): Promise<void> {
  const names = Array.from(text.matchAll(/create or replace function\s+(\w+)/gi), ([, name]) => name)
  const { rows } = await client.query<{ statement: string }>(
    `select format('drop function %s', oid::regprocedure) as statement from pg_proc
     where pronamespace = current_schema::regnamespace and proname = any($1)`,
    [names],
  )
  for (const { statement } of rows) await client.query(statement)
}

async function apply(client: pg.ClientBase, { name, text, checksum }: SqlFile): Promise<void> {
  try {
    await client.query(text)
  } catch (error) {
    const { message, position } = error as Error & { position?: string }
    const line = position ? `:${text.slice(0, Number(position)).split('\n').length}` : ''
    throw new Error(`${name}${line}: ${message}`, { cause: error })
  }
  await client.query(
    'insert into portico.applied values ($1, $2) on conflict (file) do update set checksum = excluded.checksum',
    [name, checksum],
  )
}
