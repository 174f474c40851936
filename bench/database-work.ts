import type pg from 'pg'

/** PostgreSQL's counters of a database's work. */
export interface DatabaseWork {
  records: number
  bytes: number
  inserted: number
  updated: number
  deleted: number
  buffers: number
  commits: number
}

/** Reads the counters. Other connections report their part when they close, or up to ten seconds later; this one flushes its own first. */
export async function readDatabaseWork(client: pg.Client): Promise<DatabaseWork> {
  await client.query('select pg_stat_force_next_flush()')
  const { rows } = await client.query(
    `select w.wal_records::float as records, w.wal_bytes::float as bytes, t.inserted::float, t.updated::float,
       t.deleted::float, (d.blks_hit + d.blks_read)::float as buffers, d.xact_commit::float as commits
     from pg_stat_wal w, pg_stat_database d,
       (select sum(n_tup_ins) as inserted, sum(n_tup_upd) as updated, sum(n_tup_del) as deleted from pg_stat_user_tables) t
     where d.datname = current_database()`,
  )
  return rows[0]
}

/** The work between two readings, divided by the number of messages. */
export function workOfEach(before: DatabaseWork, after: DatabaseWork, messages: number): Record<string, number> {
  const each = (name: keyof DatabaseWork) => (after[name] - before[name]) / messages
  return {
    'WAL records': each('records'),
    'WAL kB': each('bytes') / 1_000,
    'rows inserted': each('inserted'),
    'rows updated': each('updated'),
    'rows deleted': each('deleted'),
    buffers: each('buffers'),
    commits: each('commits'),
  }
}
