import { createHash } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ClientBase } from 'pg'
import type { Database } from './database.ts'

const source = join(import.meta.dirname, '..')
const migrationLock = 0x706f7274

/**
 * Brings the database up to this version. Migrations run once, in order; function files (`<noun>/*.sql`) run again
 * whenever their text changed. Hubs that start together take turns.
 */
export async function migrate(db: Pick<Database, 'pool'>): Promise<void> {
  const client = await db.pool.connect()
  try {
    await client.query('set statement_timeout = 0')
    await client.query('select pg_advisory_lock($1)', [migrationLock])
    await client.query('create schema if not exists portico')
    await client.query('create table if not exists portico.applied (file text primary key, checksum text not null)')
    const applied = await readApplied(client)
    for (const file of await sqlFiles('db/migrations/*.sql')) if (!applied.has(file.name)) await apply(client, file)
    for (const file of await sqlFiles('*/*.sql'))
      if (applied.get(file.name) !== file.checksum) await apply(client, file)
  } finally {
    await client.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => {})
    client.release(true)
  }
}

interface SqlFile {
  name: string
  text: string
  checksum: string
}

async function sqlFiles(pattern: string): Promise<SqlFile[]> {
  const names = await Array.fromAsync(glob(pattern, { cwd: source }))
  const wanted = names.filter((name) => basename(name) !== 'schema.sql').sort()
  return Promise.all(wanted.map(readSql))
}

async function readSql(name: string): Promise<SqlFile> {
  const text = await readFile(join(source, name), 'utf8')
  return { name, text, checksum: createHash('sha256').update(text).digest('hex') }
}

async function readApplied(client: ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query<{ file: string; checksum: string }>('select file, checksum from portico.applied')
  return new Map(rows.map((row) => [row.file, row.checksum]))
}

async function apply(client: ClientBase, file: SqlFile): Promise<void> {
  await client.query('begin')
  try {
    await client.query(file.text)
    await client.query(
      'insert into portico.applied values ($1, $2) on conflict (file) do update set checksum = excluded.checksum',
      [file.name, file.checksum],
    )
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Error(`migration ${file.name} failed: ${(error as Error).message}`, { cause: error })
  }
}
