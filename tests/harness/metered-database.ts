import type { Database, Lane, Reader } from '@portico/hub/database'
import type pg from 'pg'
import type { TestDatabase } from './database.ts'

/** Of each statement, by name: the most rows that one run of it read from tables, whatever it gave back. */
export type RowsRead = Map<string, number>

/**
 * The database of a hub, which counts what PostgreSQL reads for each statement. It says of a plan what its text does not: whether
 * it walks a whole table.
 */
export function meter(db: TestDatabase): { database: Database; rowsRead: RowsRead; close(): void } {
  const rowsRead: RowsRead = new Map()
  const lanes: pg.PoolClient[] = []
  const database: Database = {
    ...db,
    query: (name, text, values) => borrow(db, (client) => measured(client, (tx) => tx.query(name, text, values))),
    transaction: (work) => borrow(db, (client) => measured(client, work)),
    lane: () => openLane(),
  }
  return {
    database,
    rowsRead,
    close() {
      for (const client of lanes) client.release(true)
    },
  }

  function openLane(): Lane {
    const opened = db.pool.connect().then((client) => {
      lanes.push(client)
      return client
    })
    return {
      query: async (name, text, values) => measured(await opened, (tx) => tx.query(name, text, values)),
      close: async () => {},
    }
  }

  async function measured<T>(client: pg.PoolClient, work: (tx: Reader) => Promise<T>): Promise<T> {
    await client.query('begin')
    try {
      const result = await work({
        async query<Row extends object>(name: string, text: string, values: unknown[] = []) {
          const before = await readSoFar(client)
          const { rows } = await client.query<Row & pg.QueryResultRow>({ name, text, values })
          rowsRead.set(name, Math.max(rowsRead.get(name) ?? 0, (await readSoFar(client)) - before))
          return rows
        },
      })
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback')
      throw error
    }
  }
}

async function borrow<T>(db: TestDatabase, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await db.pool.connect()
  try {
    return await work(client)
  } finally {
    client.release()
  }
}

async function readSoFar(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    'select coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0)), 0)::integer as n from pg_stat_xact_user_tables',
  )
  return rows[0]?.n ?? 0
}
