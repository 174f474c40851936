import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { connectionFailure, StorageBusy, StorageUnavailable, storageFailure } from './failures.ts'
import { PooledClient, serverLimits } from './pooled-client.ts'

export interface Reader {
  query<Row extends object = Record<string, unknown>>(name: string, text: string, values?: unknown[]): Promise<Row[]>
}

/** A connection for one kind of work. It is opened at first use, and again after it broke. */
export interface DedicatedConnection extends Reader {
  close(): Promise<void>
}

export type NotifyChannel = 'portico_events' | 'portico_deliveries' | 'portico_drafts' | 'portico_typing'

/** PostgreSQL as the hub uses it. Failures of the database surface as StorageUnavailable and StorageFull. */
export interface Database extends Reader {
  /** Begins, runs, commits; rolls back when `work` throws. */
  transaction<T>(work: (tx: Reader) => Promise<T>): Promise<T>
  /** `pipelined`: concurrent statements take one round trip, and return in order. */
  dedicatedConnection(options?: { pipelined?: boolean }): DedicatedConnection
  /** Listens to notifications of other processes until the returned function is called. Does nothing when pooled. */
  listen(channel: NotifyChannel, onNotify: (payload: string) => void): Promise<() => Promise<void>>
  /** Sends a throttled NOTIFY outside any transaction. Never throws: it is a hint. */
  notify(channel: NotifyChannel, payload: string): void
  pool: pg.Pool
  close(): Promise<void>
}

export interface DatabaseOptions {
  connection: pg.ClientConfig
  /**
   * Whether a pooler in transaction mode is in front: no named statements, no LISTEN, no start-up parameters; timeouts are set in
   * each transaction.
   */
  pooled?: boolean
  maxConnections?: number
}

const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, Number)
/** bigint[]; pg has no name for it. */
const INT8_ARRAY: number = 1016
const readTexts = pg.types.getTypeParser(INT8_ARRAY)
types.setTypeParser(INT8_ARRAY, (text) => (readTexts(text) as unknown as string[]).map(Number))

/** The client's limit for a frozen server, which reports no statement timeout either: 5 s. */
const clientLimits = { query_timeout: 4_000, connectionTimeoutMillis: 2_500 }

export function openDatabase(options: DatabaseOptions): Database {
  const config = {
    ...options.connection,
    ...clientLimits,
    ...(!options.pooled && serverLimits),
    keepAlive: true,
    types,
  }
  const Client = options.pooled ? PooledClient : pg.Client
  const pool = openPool({ ...config, Client, max: options.maxConnections ?? 16, idleTimeoutMillis: 30_000 })
  const named = !options.pooled
  const notifications = makeNotifier(pool, named)
  const connections = new Set<DedicatedConnection>()
  return {
    pool,
    query: (name, text, values) => borrow(pool, (client) => run(client, named, name, text, values)),
    transaction: (work) => borrow(pool, (client) => transact(client, named, work)),
    dedicatedConnection: ({ pipelined = false } = {}) => {
      const connection = openDedicated(
        () => new Client({ ...config, ...(named && { pipeline: pipelined }) }),
        named,
        () => connections.delete(connection),
      )
      connections.add(connection)
      return connection
    },
    async listen(channel, onNotify) {
      if (!named) return async () => {}
      return listen(config, channel, (text) => {
        for (const payload of notifications.read(text)) onNotify(payload)
      })
    },
    notify: notifications.notify,
    async close() {
      notifications.stop()
      await Promise.all([...connections].map((connection) => connection.close()))
      await within(closeTimeoutMs, pool.end())
    },
  }
}

function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config)
  pool.on('error', () => {})
  // a connection that breaks while it is borrowed fails its statement; the event must not end the process
  pool.on('connect', (client) => void client.on('error', () => {}))
  return pool
}

/** Borrows a connection for `work`. It is closed when the database did not respond, and kept when a statement was refused. */
async function borrow<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error) => {
    throw connectionFailure(error)
  })
  let broken = false
  try {
    return await work(client)
  } catch (error) {
    broken = isBroken(error)
    throw error
  } finally {
    client.release(broken)
  }
}

async function run<Row extends object>(
  client: pg.ClientBase,
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

async function transact<T>(client: pg.ClientBase, named: boolean, work: (tx: Reader) => Promise<T>): Promise<T> {
  await run(client, false, 'begin', 'begin')
  try {
    const result = await work({ query: (name, text, values) => run(client, named, name, text, values) })
    await run(client, false, 'commit', 'commit')
    return result
  } catch (error) {
    // a connection that is away is thrown away, and the server rolls back
    if (!isBroken(error)) await run(client, false, 'rollback', 'rollback')
    throw error
  }
}

/** Whether a connection is reusable: after a lock timeout it is, and after StorageUnavailable the server may still be working. */
function isBroken(error: unknown): boolean {
  return error instanceof StorageUnavailable && !(error instanceof StorageBusy)
}

/**
 * Refreshes the plans of a dedicated connection whenever the number of its statements has doubled. Plans made while the tables
 * were empty choose their indexes by chance, and stay until the first ANALYZE, a minute later: ten times the work for a message.
 */
function openDedicated(makeClient: () => pg.Client, named: boolean, onClose: () => void): DedicatedConnection {
  let opened: Promise<pg.Client> | undefined
  let statements = 0
  /** Sends `discard plans` before the next statement, without waiting, so that pipelined statements stay in order. */
  const refreshPlans = (client: pg.Client) => {
    statements++
    if (statements >= 4 && Number.isInteger(Math.log2(statements)))
      run(client, false, 'discard_plans', 'discard plans').catch(() => {})
  }
  const drop = (connecting: Promise<pg.Client> | undefined) => {
    if (opened !== connecting) return
    opened = undefined
    connecting?.then((client) => client.end()).catch(() => {})
  }
  const open = () => {
    const client = makeClient()
    const connecting = client.connect().then(() => client)
    const forget = () => drop(connecting)
    client.on('error', forget)
    client.on('end', forget)
    return connecting
  }
  return {
    async query(name, text, values) {
      opened ??= open()
      const connecting = opened
      try {
        const client = await connecting.catch((error) => {
          throw connectionFailure(error)
        })
        refreshPlans(client)
        return await run(client, named, name, text, values)
      } catch (error) {
        if (isBroken(error)) drop(connecting)
        throw error
      }
    },
    async close() {
      onClose()
      const client = await opened?.catch(() => undefined)
      opened = undefined
      await within(closeTimeoutMs, client?.end())
    },
  }
}

const closeTimeoutMs = 1_000

/** Waits for a connection to close, at most so long: a frozen server never closes one. */
function within(ms: number, closing: Promise<unknown> | undefined): Promise<unknown> {
  return Promise.race([closing, new Promise((resolve) => setTimeout(resolve, ms).unref())])
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
/** The limit of a notification is 8,000 bytes; payloads are ASCII. */
const maxNotification = 7_900
const maxPayloads = 8_000

/** The interval of notifications: at most 20 rounds a second, each with many payloads in one: `<who> <payload> <payload> …`. */
function makeNotifier(pool: pg.Pool, enabled: boolean) {
  const self = randomBytes(4).toString('hex')
  const pending = new Map<NotifyChannel, Set<string>>()
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    for (const [channel, payloads] of pending) {
      const texts = joined(self, [...payloads].slice(0, maxPayloads))
      pool.query('select pg_notify($1, p) from unnest($2::text[]) p', [channel, texts]).catch(() => {})
    }
    pending.clear()
  }
  return {
    notify(channel: NotifyChannel, payload: string) {
      if (!enabled) return
      pending.set(channel, (pending.get(channel) ?? new Set()).add(payload))
      timer ??= setTimeout(flush, notifyEveryMs)
    },
    /** The payloads in a notification of another process. */
    read(text: string): string[] {
      const [who, ...payloads] = text.split(' ')
      return who === self ? [] : payloads
    },
    stop: () => clearTimeout(timer),
  }
}

function joined(self: string, payloads: string[]): string[] {
  const texts = [self]
  for (const payload of payloads) {
    const last = texts.length - 1
    if (texts[last]!.length + payload.length < maxNotification) texts[last] += ` ${payload}`
    else texts.push(`${self} ${payload}`)
  }
  return texts
}
