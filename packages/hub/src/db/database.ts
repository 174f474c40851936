import pg from 'pg'
import { storageFailure } from './failures.ts'

export interface Reader {
  query<Row extends object = Record<string, unknown>>(name: string, text: string, values?: unknown[]): Promise<Row[]>
}

/** One connection for one kind of work, opened when first used and again after it broke. */
export interface Lane extends Reader {
  close(): Promise<void>
}

export type NotifyChannel = 'portico_events' | 'portico_deliveries'

/** PostgreSQL as the hub uses it. Failures of the database surface as StorageUnavailable and StorageFull. */
export interface Database extends Reader {
  /** Begins, runs, commits; rolls back when `work` throws. */
  transaction<T>(work: (tx: Reader) => Promise<T>): Promise<T>
  lane(): Lane
  /** Hears NOTIFY until the returned function is called. Does nothing when pooled. */
  listen(channel: NotifyChannel, onNotify: (payload: string) => void): Promise<() => Promise<void>>
  /** A throttled NOTIFY outside any transaction. Never throws: it is a hint. */
  notify(channel: NotifyChannel, payload: string): void
  pool: pg.Pool
  close(): Promise<void>
}

export interface DatabaseOptions {
  connection: pg.ClientConfig
  /** Behind a pooler in transaction mode: no named statements, no LISTEN, no start-up parameters. */
  pooled?: boolean
  maxConnections?: number
}

const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)

const serverLimits = { statement_timeout: 5_000, lock_timeout: 4_000, idle_in_transaction_session_timeout: 5_000 }
/** A frozen server answers nothing, not even that a statement timed out. */
const clientLimits = { query_timeout: 5_300, connectionTimeoutMillis: 5_000 }

export function openDatabase(options: DatabaseOptions): Database {
  const config = {
    ...options.connection,
    ...clientLimits,
    ...(!options.pooled && serverLimits),
    types,
  }
  const pool = new pg.Pool({ ...config, max: options.maxConnections ?? 16, idleTimeoutMillis: 30_000 })
  pool.on('error', () => {})
  const named = !options.pooled
  const notifications = makeNotifier(pool, named)
  const lanes = new Set<Lane>()
  return {
    pool,
    query: (name, text, values) => run(pool, named, name, text, values),
    transaction: (work) => transact(pool, named, work),
    lane: () => {
      const lane = openLane(config, named, () => lanes.delete(lane))
      lanes.add(lane)
      return lane
    },
    listen: async (channel, onNotify) => (named ? listen(config, channel, onNotify) : async () => {}),
    notify: notifications.notify,
    async close() {
      notifications.stop()
      await Promise.all([...lanes].map((lane) => lane.close()))
      await pool.end()
    },
  }
}

type Queryable = Pick<pg.ClientBase, 'query'>

async function run<Row extends object>(
  client: Queryable,
  named: boolean,
  name: string,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  try {
    const { rows } = await client.query<Row & pg.QueryResultRow>(named ? { name, text, values } : { text, values })
    return rows
  } catch (error) {
    throw storageFailure(error)
  }
}

async function transact<T>(pool: pg.Pool, named: boolean, work: (tx: Reader) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error) => {
    throw storageFailure(error)
  })
  let broken: Error | undefined
  try {
    await run(client, false, 'begin', 'begin')
    const result = await work({ query: (name, text, values) => run(client, named, name, text, values) })
    await run(client, false, 'commit', 'commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}

function openLane(config: pg.ClientConfig, named: boolean, onClose: () => void): Lane {
  let opened: Promise<pg.Client> | undefined
  const open = async () => {
    const client = new pg.Client(config)
    const forget = () => {
      opened = undefined
    }
    client.on('error', forget)
    client.on('end', forget)
    await client.connect()
    return client
  }
  const connected = () => {
    opened ??= open()
    return opened
  }
  return {
    async query(name, text, values) {
      const client = await connected().catch((error) => {
        opened = undefined
        throw storageFailure(error)
      })
      return run(client, named, name, text, values)
    },
    async close() {
      onClose()
      const client = await opened?.catch(() => undefined)
      await client?.end()
    },
  }
}

async function listen(config: pg.ClientConfig, channel: NotifyChannel, onNotify: (payload: string) => void) {
  let stopped = false
  let client: pg.Client | undefined
  const open = async () => {
    if (stopped) return
    client = new pg.Client({ ...config, statement_timeout: 0, query_timeout: 0 })
    client.on('notification', (note) => onNotify(note.payload ?? ''))
    client.on('error', () => {})
    client.on('end', () => void setTimeout(open, 1_000).unref())
    await client
      .connect()
      .then(() => client?.query(`listen ${channel}`))
      .catch(() => client?.end().catch(() => {}))
  }
  await open()
  return async () => {
    stopped = true
    await client?.end().catch(() => {})
  }
}

const notifyEveryMs = 50

/** At most 20 rounds a second; a round says each payload once. */
function makeNotifier(pool: pg.Pool, enabled: boolean) {
  const pending = new Map<NotifyChannel, Set<string>>()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    for (const [channel, payloads] of pending) {
      const text = 'select pg_notify($1, p) from unnest($2::text[]) p'
      pool.query(text, [channel, [...payloads].slice(0, 1_000)]).catch(() => {})
    }
    pending.clear()
  }
  return {
    notify(channel: NotifyChannel, payload: string) {
      if (!enabled) return
      pending.set(channel, (pending.get(channel) ?? new Set()).add(payload))
      timer ??= setTimeout(flush, notifyEveryMs)
    },
    stop: () => clearTimeout(timer),
  }
}
