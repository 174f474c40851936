import type { Reader } from '../db/database.ts'
import type { Consumer } from './consumer.ts'

export async function registerConsumer(db: Reader, name: string): Promise<void> {
  await db.query('register_consumer', 'select register_consumer($1)', [name])
}

/** The events that take_events (cursors.sql) moved a consumer past. */
export interface Taken {
  after_event: number
  up_to: number
  is_wanted: boolean
}

export async function takeEvents(tx: Reader, { name, types }: Consumer, companyId: number, limit: number) {
  const [taken] = await tx.query<Taken>('take_events', 'select * from take_events($1, $2, $3, $4)', [
    companyId,
    name,
    types,
    limit,
  ])
  return taken
}

export async function putOffConsumer(db: Reader, companyId: number, name: string) {
  const [row] = await db.query<{ failures: number; retry_seconds: number }>(
    'put_off_consumer',
    'select failures, retry_seconds from put_off_consumer($1, $2)',
    [companyId, name],
  )
  return row
}

export function findLagging(db: Reader, names: string[], limit: number) {
  return db.query<{ consumer: string; company_id: number }>(
    'lagging_consumers',
    'select consumer, company_id from lagging_consumers($1, $2)',
    [names, limit],
  )
}

export function measureLag(db: Reader, names: string[]) {
  return db.query<{ consumer: string; events: number; seconds: number; failing: number }>(
    'consumer_lag',
    'select consumer, events, seconds, failing from consumer_lag($1)',
    [names],
  )
}
