import { createHash, randomBytes } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '@portico/hub/database'
import { migrate } from '@portico/hub/migrate'
import pg from 'pg'
import { type Cluster, useCluster } from './cluster.ts'

interface Prepared {
  server: Cluster
  /** The database to clone. */
  template: string
}

let shared: Promise<Prepared> | undefined

/** A database of one test, with the current schema, on a real PostgreSQL. `drop` closes and removes it. */
export interface TestDatabase extends Database {
  /** The connection string for a hub in another process. */
  url: string
  drop(): Promise<void>
}

/** @param own the cluster to make it on, if not the one that tests share */
export async function createDatabase(own?: Cluster): Promise<TestDatabase> {
  if (!own) shared ??= useCluster().then(prepare)
  const { server, template } = await (own ? prepare(own) : (shared as Promise<Prepared>))
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${template}`)
  const db = openDatabase({ connection: connectionTo(server, name) })
  return Object.assign(db, {
    url: `postgres://${server.user}@${encodeURIComponent(server.host)}:${server.port}/${name}`,
    async drop() {
      await db.close()
      await administer(server, `drop database ${name} with (force)`)
    },
  })
}

async function prepare(server: Cluster): Promise<Prepared> {
  return { server, template: await findTemplate(server) }
}

/** An empty database without any schema. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const db = await createDatabase()
  await db.pool.query(
    'drop schema public cascade; drop schema directory cascade; drop schema portico cascade; create schema public',
  )
  return db
}

/** The migrated database that all test databases are cloned from. The first process that needs it makes it; its name has a hash of the SQL. */
async function findTemplate(server: Cluster): Promise<string> {
  const name = `template_${fingerprint()}`
  const client = new pg.Client(connectionTo(server, 'postgres'))
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(hashtext($1))', [name])
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name])
    if (rowCount === 0) await makeTemplate(server, client, name)
  } finally {
    await client.end()
  }
  return name
}

async function makeTemplate(server: Cluster, client: pg.Client, name: string): Promise<void> {
  const unfinished = `unfinished_${randomBytes(6).toString('hex')}`
  await client.query(`create database ${unfinished}`)
  const db = openDatabase({ connection: connectionTo(server, unfinished) })
  await migrate(db)
  await db.close()
  await client.query(`alter database ${unfinished} rename to ${name}`)
}

function fingerprint(): string {
  const source = join(import.meta.dirname, '../../packages/hub/src')
  const hash = createHash('sha256')
  for (const file of [...globSync('**/*.sql', { cwd: source }).sort(), 'db/constants.ts'])
    hash.update(file).update(readFileSync(join(source, file)))
  return hash.digest('hex').slice(0, 16)
}

function connectionTo(server: Cluster, database: string): pg.ClientConfig {
  return { host: server.host, port: server.port, user: server.user, database }
}

async function administer(server: Cluster, statement: string): Promise<void> {
  const client = new pg.Client(connectionTo(server, 'postgres'))
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
