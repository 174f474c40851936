import type pg from 'pg'

/** A reply to deliver: what a worker needs to build the request. */
export interface Job {
  id: string
  url: string
  text: string
}

/** The channel's id of the message. */
export interface Result {
  id: string
  externalId: string
}

export interface QueueOptions {
  /** The URL of PostgreSQL or Redis. */
  connection: string
  deliver(job: Job): Promise<Result>
  /** Called when so many more results are stored. */
  onRecorded(count: number): void
}

/** A queue with its worker, which begins at once. */
export interface Queue {
  /** All of them before any is delivered, or in one commit. */
  addBacklog(jobs: Job[]): Promise<void>
  /** Durable when it resolves. */
  add(job: Job): Promise<void>
  countRecorded(): Promise<number>
}

export async function createTables(pool: pg.Pool): Promise<void> {
  await pool.query(`
    create table messages (id text primary key, url text not null, body text not null, created_at timestamptz not null default now());
    create table results (message_id text primary key, external_id text not null, recorded_at timestamptz not null default now())`)
}

export async function countResults(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query('select count(*)::integer as count from results')
  return rows[0].count
}
