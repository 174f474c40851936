import assert from 'node:assert/strict'
import { it } from 'node:test'
import { startCluster } from '../../../../tests/harness/cluster.ts'
import { createDatabase } from '../../../../tests/harness/database.ts'
import { checkDatabase, UnsuitableDatabase } from './check.ts'
import { openDatabase } from './database.ts'

it('the check accepts a durable PostgreSQL', async () => {
  const db = await createDatabase()
  await checkDatabase(db, false)
  await db.drop()
})

it('the check refuses fsync and full_page_writes off, in one line that names them, unless allowed', async () => {
  const cluster = await startCluster({ fsync: 'off', full_page_writes: 'off' })
  const db = openDatabase({ connection: { host: cluster.host, user: cluster.user, database: 'postgres' } })
  await assert.rejects(checkDatabase(db, false), (error: Error) => {
    assert.ok(error instanceof UnsuitableDatabase)
    assert.match(error.message, /^this PostgreSQL runs with fsync, full_page_writes off .*ALLOW_UNSAFE_DB=1[^\n]*$/)
    return true
  })
  await checkDatabase(db, true)
  await db.close()
  await cluster.stop()
})

// no PostgreSQL 14 is installed here; this is the answer of one
it('the check always refuses a PostgreSQL older than 15', async () => {
  const rows = [
    { name: 'server_version_num', setting: '140019' },
    { name: 'server_version', setting: '14.19' },
  ]
  const old = { query: async <Row extends object>() => rows as Row[] }
  await assert.rejects(checkDatabase(old, true), /version 14\.19; Portico needs 15 or newer/)
})

it('the check refuses synchronous_commit off for its own sessions, from any source', async () => {
  const db = await createDatabase()
  const url = new URL(db.url)
  const name = url.pathname.slice(1)
  await db.pool.query(`alter database ${name} set synchronous_commit = off`)
  const later = openDatabase({ connection: { connectionString: db.url } })
  await assert.rejects(checkDatabase(later, false), /runs with synchronous_commit off/)
  await later.close()
  await db.drop()
})

it('the check accepts the embedded PostgreSQL, whatever ALTER SYSTEM set', async () => {
  const cluster = await startCluster()
  const connection = { host: cluster.host, user: cluster.user, database: 'postgres' }
  const db = openDatabase({ connection })
  for (const name of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await db.pool.query(`alter system set ${name} = off`)
  }
  await db.close()
  await cluster.crash()
  const later = openDatabase({ connection })
  await checkDatabase(later, false)
  await later.close()
  await cluster.stop()
})
