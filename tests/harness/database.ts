import { randomBytes } from 'node:crypto'
import { type Database, openDatabase } from '@portico/hub/database'
import { migrate } from '@portico/hub/migrate'
import pg from 'pg'
import { type Cluster, useCluster } from './cluster.ts'

let cluster: Promise<Cluster> | undefined
let template: Promise<string> | undefined
const opened = new Set<string>()

/** A database of this test's own, with the current schema, on a real PostgreSQL. `drop` closes and removes it. */
export interface TestDatabase extends Database {
  /** For a hub in a process of its own. */
  url: string
  drop(): Promise<void>
}

export async function createDatabase(): Promise<TestDatabase> {
  cluster ??= useCluster()
  const server = await cluster
  template ??= makeTemplate(server)
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name} template ${await template}`)
  opened.add(name)
  const db = openDatabase({ connection: connectionTo(server, name) })
  return Object.assign(db, {
    url: `postgres://${server.user}@${encodeURIComponent(server.host)}:${server.port}/${name}`,
    async drop() {
      await db.close()
      opened.delete(name)
      await administer(server, `drop database ${name} with (force)`)
      if (opened.size === 0) await release(server)
    },
  })
}

/** The last database of a process takes its own cluster with it. */
async function release(server: Cluster): Promise<void> {
  const name = await template
  cluster = undefined
  template = undefined
  await administer(server, `drop database if exists ${name} with (force)`)
  await server.stop()
}

async function makeTemplate(server: Cluster): Promise<string> {
  const name = `template_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  const db = openDatabase({ connection: connectionTo(server, name) })
  await migrate(db)
  await db.close()
  return name
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
