import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { type Cluster, startCluster } from '../tests/harness/cluster.ts'
import type { LoadOptions, LoadResult } from './inbound-load.ts'
import { type Population, populate } from './population.ts'
import { type BenchOptions, median, type Row, round } from './report.ts'

/**
 * Durable inbound messages a second over HTTP, each with a token of its own, against the same hub that answers 202
 * after token and schema check without storing. Both hubs, the database and the load share the machine; ceiling and
 * store take turns, and acknowledged messages are counted in the database afterwards.
 */

const variants: Record<string, Population> = {
  '1 company': { companies: 1, channels: 10, conversations: 2_000 },
  '1,000 companies': { companies: 1_000, channels: 1, conversations: 20 },
}
const debian = '/usr/lib/postgresql/15/bin'
const connections = 64

export async function* run(options: BenchOptions): AsyncGenerator<Row> {
  for (const binaries of [undefined, ...(existsSync(debian) ? [debian] : [])]) {
    const cluster = await startWith(binaries)
    try {
      for (const [variant, population] of Object.entries(variants))
        yield await measure(cluster, variant, population, options)
    } finally {
      await cluster.stop()
    }
  }
}

async function startWith(binaries: string | undefined): Promise<Cluster> {
  const before = process.env.PORTICO_TEST_BINARIES
  if (binaries) process.env.PORTICO_TEST_BINARIES = binaries
  try {
    return await startCluster()
  } finally {
    if (before === undefined) delete process.env.PORTICO_TEST_BINARIES
    else process.env.PORTICO_TEST_BINARIES = before
  }
}

async function measure(
  cluster: Cluster,
  variant: string,
  population: Population,
  { quick }: BenchOptions,
): Promise<Row> {
  const { url, secret, masterKey } = await populate(cluster, population)
  const [ceiling, store] = await Promise.all([false, true].map((stores) => startServer(url, masterKey, stores)))
  const [rounds, seconds] = quick ? [3, 2] : [5, 5]
  const results: { ceiling: LoadResult; store: LoadResult }[] = []
  const load = (port: number, round: number) =>
    runLoad({ port, connections, seconds, secret, population, tag: `${port}-${round}` })
  try {
    for (let round = 0; round <= rounds; round++) {
      results.push({ ceiling: await load(ceiling!.port, round), store: await load(store!.port, round) })
    }
  } finally {
    await Promise.all([ceiling, store].map((server) => server!.stop()))
  }
  const database = await inspect(url)
  const acknowledged = results.reduce((sum, { store }) => sum + store.accepted, 0)
  if (database.stored < acknowledged) throw new Error(`lost: ${acknowledged} acknowledged, ${database.stored} stored`)
  const measured = results.slice(1)
  return {
    name: 'inbound',
    variant: `${variant}, PostgreSQL ${database.version}`,
    value: Math.round(median(measured.map(({ store }) => store.rate))),
    unit: 'messages/s',
    baseline: Math.round(median(measured.map(({ ceiling }) => ceiling.rate))),
    ratio: round(median(measured.map(({ ceiling, store }) => store.rate / ceiling.rate))),
    p50_ms: round(median(measured.map(({ store }) => store.p50))),
    p99_ms: round(median(measured.map(({ store }) => store.p99))),
    note: `${describe(population)}, ${connections} connections, one hub; ${database.settings}; ${rounds} rounds of ${seconds} s; stored ${database.stored} of ${acknowledged} acknowledged`,
  }
}

function describe({ companies, channels, conversations }: Population): string {
  return `${companies} companies × ${channels} channels × ${conversations} conversations`
}

/**
 * @param channelRate the requests a minute that the hub takes of one channel; 0: no limit
 * @param dataDirectory the folder of its files; empty: that of the checkout
 */
export async function startServer(
  url: string,
  masterKey: string,
  stores: boolean,
  { channelRate = 0, dataDirectory = '' } = {},
) {
  const parameters = [url, masterKey, stores ? 'store' : 'ceiling', String(channelRate), dataDirectory]
  const child = fork(join(import.meta.dirname, 'inbound-server.ts'), parameters, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const port = await messageFrom<number>(child)
  return {
    port,
    pid: child.pid ?? 0,
    /** The longest block of its event loop since the last call. */
    async longestBlockMs(): Promise<number> {
      child.send('block')
      return messageFrom<number>(child)
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, 'inbound-load.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send(options)
  const result = await messageFrom<LoadResult>(child)
  if (result.refused > 0) throw new Error(`${result.refused} answers were not 202: ${result.firstRefusal}`)
  return result
}

/** The next message of a process, or an error when it ends first. */
export async function messageFrom<T>(child: ChildProcess): Promise<T> {
  const answered = new AbortController()
  const failed = once(child, 'exit', answered).then(() => {
    throw new Error('a process of the benchmark ended early')
  })
  failed.catch(() => {})
  const [message] = (await Promise.race([once(child, 'message', answered), failed])) as [T]
  answered.abort()
  return message
}

async function inspect(url: string) {
  const client = new pg.Client(url)
  await client.connect()
  const show = async (name: string) => (await client.query(`show ${name}`)).rows[0][name]
  const settings: string[] = []
  for (const name of ['fsync', 'synchronous_commit', 'shared_buffers', 'max_wal_size']) {
    settings.push(`${name}=${await show(name)}`)
  }
  const { rows } = await client.query('select count(*)::int as stored from messages')
  const version = String(await show('server_version')).split(' ')[0]!
  await client.end()
  return { stored: rows[0].stored as number, version, settings: settings.join(' ') }
}
