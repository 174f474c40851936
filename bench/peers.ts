import { execFileSync, fork, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { publicId } from '@portico/protocol'
import pg from 'pg'
import { type OwnCluster, startCluster } from '../tests/harness/cluster.ts'
import { startCpuClock, sumOf } from './cpu.ts'
import { messageFrom, runLoad, startServer } from './inbound.ts'
import {
  addBacklog,
  type ChannelServers,
  makeOutboundFixture,
  type OutboundFixture,
  type OutboundLoad,
  requireAllSent,
  startChannelServers,
  startLoad,
  untilSettled,
} from './outbound-fixture.ts'
import { numbers, type Population, populate } from './population.ts'
import { type BenchOptions, median, type Row, round } from './report.ts'

const folder = join(import.meta.dirname, 'peers')
const population: Population = { companies: 1, channels: 10, conversations: 2_000 }
const channels = 50
const conversations = 20
const inFlight = 16
const connections = 64

export interface InboundSetup {
  connection: string
  secret: string
  channels: { id: string; conversations: number }[]
}

/** The commands to a peer's process over IPC; it returns a number for each. */
export type Instruction =
  | { do: 'backlog'; count: number }
  /** Answered when so many results have been recorded in all. */
  | { do: 'wait'; recorded: number }
  | { do: 'count' }

export interface OutboundSetup {
  kind: 'graphile-worker' | 'pg-boss' | 'bullmq'
  connection: string
  /** The channel server of each conversation. */
  urls: Record<string, string>
  /** A request body as a hub sends it. */
  body: string
  token: string
}

/** Others' queues and handlers at the hub's job, on the same machine, in turn with it. A ratio above 1 is the hub's. */
export async function* run(options: BenchOptions): AsyncGenerator<Row> {
  installPeers()
  yield* inbound(options)
  yield* outbound(options)
}

/** Into a folder of their own, which the product knows nothing of. */
function installPeers(): void {
  const options = ['--no-package-lock', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', ['install', ...options], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}

function startPeer<S extends InboundSetup | OutboundSetup>(file: string, setup: S) {
  const child = fork(join(folder, file), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  child.send(setup)
  return {
    pid: child.pid ?? 0,
    firstAnswer: messageFrom<number>(child),
    async tell(instruction: Instruction) {
      child.send(instruction)
      return messageFrom<number>(child)
    },
    async stop() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}

async function createDatabase(cluster: OwnCluster): Promise<string> {
  const name = `peer_${randomBytes(4).toString('hex')}`
  const admin = new pg.Client(cluster.url)
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  return cluster.url.replace(/\/postgres$/, `/${name}`)
}

async function* inbound({ quick }: BenchOptions): AsyncGenerator<Row> {
  const [rounds, seconds] = quick ? [3, 2] : [5, 5]
  const cluster = await startCluster()
  const { url, secret, masterKey } = await populate(cluster, population)
  const channelIds = Array.from({ length: population.channels }, (_, n) => publicId('cha', 1, numbers.channel + n))
  const peer = startPeer<InboundSetup>('inbound-server.ts', {
    connection: await createDatabase(cluster),
    secret,
    channels: channelIds.map((id) => ({ id, conversations: population.conversations })),
  })
  const hub = await startServer(url, masterKey, true)
  const storeless = await startServer(url, masterKey, false)
  const ports = { hub: hub.port, storeless: storeless.port, peer: await peer.firstAnswer }
  const measured: Record<keyof typeof ports, { rate: number; cpu: number }>[] = []
  const takeTurn = async (side: keyof typeof ports, n: number) => {
    const pid = { hub, storeless, peer }[side].pid
    const stop = startCpuClock({ all: () => [pid, ...cluster.processes()] })
    const tag = `${side}-${n}`
    const { rate, accepted } = await runLoad({ port: ports[side], connections, seconds, secret, population, tag })
    return { rate, cpu: sumOf(stop()) / accepted }
  }
  try {
    for (let n = 0; n <= rounds; n++) {
      const storeless = await takeTurn('storeless', n)
      const one = { storeless, hub: await takeTurn('hub', n), peer: await takeTurn('peer', n) }
      if (n > 0) measured.push(one)
    }
  } finally {
    await Promise.all([hub, storeless, peer].map((round) => round.stop()))
    await cluster.stop()
  }
  const note = `${connections} connections, ${rounds} rounds of ${seconds} s in turn`
  const rowFor = (side: 'peer' | 'storeless', variant: string, goal: string, what: string): Row => ({
    name: 'peers',
    variant,
    value: Math.round(median(measured.map((round) => round.hub.rate))),
    unit: 'messages/s',
    baseline: Math.round(median(measured.map((round) => round[side].rate))),
    ratio: round(median(measured.map((round) => round.hub.rate / round[side].rate))),
    parts: { 'CPU of it ÷ of Portico': round(median(measured.map((round) => round[side].cpu / round.hub.cpu))) },
    goal,
    note: `${what}; ${note}`,
  })
  yield rowFor(
    'peer',
    'inbound ÷ Fastify + Drizzle',
    '≥ 6',
    'one transaction a message, pool of 16, same database server',
  )
  yield rowFor(
    'storeless',
    'inbound ÷ the same hub without a store',
    '≥ 0.45',
    'token and schema checked, nothing stored',
  )
}

interface Contestant {
  name: string
  how: string
  /** The spread of its ratios. */
  goals: { backlog?: string; created?: string }
  processes(): number[]
  port: number
  addBacklog(count: number): Promise<void>
  /** Resolves with the time (ms since 1970) at which `count` more results than before are stored. */
  untilRecorded(count: number): Promise<number>
  /** Throws unless all that it was given is recorded. */
  check(): Promise<void>
  stop(): Promise<void>
}

const peers: (Pick<Contestant, 'how' | 'goals'> & Pick<OutboundSetup, 'kind'>)[] = [
  {
    kind: 'graphile-worker',
    how: '64 jobs at once, fetched 500 at a time, completed in batches; results recorded; message and job in one statement',
    goals: { backlog: '≥ 2' },
  },
  {
    kind: 'pg-boss',
    how: 'fetch 100, record 100 results in one insert, complete 100, 4 loops; message and job in one transaction',
    goals: { backlog: '≥ 1.1' },
  },
]
const bullmqHow = 'Redis with appendfsync always, 256 jobs at once, results as return values; no database'

async function* outbound({ quick }: BenchOptions): AsyncGenerator<Row> {
  const sizes = quick ? { rounds: 3, backlog: 4_000, created: 1_000 } : { rounds: 5, backlog: 8_000, created: 2_000 }
  const servers = await startChannelServers(channels)
  const load = startLoad()
  const cluster = await startCluster()
  const redis = startRedis()
  const fixture = await makeOutboundFixture(cluster, servers.urls, conversations, inFlight)
  const contestants: Contestant[] = []
  try {
    const postgres = () => cluster.processes()
    contestants.push(await portico(fixture, postgres))
    const body = await sampleBody(fixture, servers)
    const setup = { urls: channelServersOf(fixture, servers), body, token: fixture.token }
    for (const { kind, ...peer } of peers) {
      const connection = await createDatabase(cluster)
      contestants.push(await outboundPeer({ name: kind, ...peer }, { ...setup, kind, connection }, postgres))
    }
    if (redis) {
      await redis.isReady
      const peer = { name: 'BullMQ', how: bullmqHow, goals: { created: '≥ 1.8' } }
      contestants.push(
        await outboundPeer(peer, { ...setup, kind: 'bullmq', connection: redis.socket }, () => [redis.pid]),
      )
    }
    const work = { servers, load, fixture }
    // the first run compiles the code and is not measured
    for (const contestant of contestants) await takeTurn(contestant, work, sizes)
    await fixture.client.query('vacuum analyze')
    const rounds: Turn[][] = []
    for (let n = 0; n < sizes.rounds; n++) {
      const turns: Turn[] = []
      for (const contestant of contestants) turns.push(await takeTurn(contestant, work, sizes))
      rounds.push(turns)
    }
    for (const contestant of contestants) await contestant.check()
    for (const [index, contestant] of contestants.entries()) {
      if (index > 0) yield* rowsOf(contestant, index, rounds, sizes)
    }
    if (!redis) yield missing(sizes.rounds)
  } finally {
    for (const contestant of contestants) await contestant.stop()
    await fixture.client.end()
    await cluster.stop()
    await redis?.stop()
    load.stop()
    servers.stop()
  }
}

async function portico(fixture: OutboundFixture, postgres: () => number[]): Promise<Contestant> {
  const hub = await startServer(fixture.url, fixture.masterKey, true)
  return {
    name: 'Portico',
    how: 'one hub',
    goals: {},
    processes: () => [hub.pid, ...postgres()],
    port: hub.port,
    addBacklog: (count) => addBacklog(fixture, count),
    untilRecorded: () => untilSettled(fixture),
    check: () => requireAllSent(fixture),
    stop: () => hub.stop(),
  }
}

async function outboundPeer(
  { name, how, goals }: Pick<Contestant, 'name' | 'how' | 'goals'>,
  setup: OutboundSetup,
  store: () => number[],
): Promise<Contestant> {
  const peer = startPeer<OutboundSetup>('outbound-server.ts', setup)
  let expected = 0
  return {
    name,
    how,
    goals,
    processes: () => [peer.pid, ...store()],
    port: await peer.firstAnswer,
    addBacklog: async (count) => void (await peer.tell({ do: 'backlog', count })),
    untilRecorded: (count) => {
      expected += count
      return peer.tell({ do: 'wait', recorded: expected })
    },
    check: async () => {
      const recorded = await peer.tell({ do: 'count' })
      if (recorded !== expected) throw new Error(`${name}: ${expected} jobs, ${recorded} results`)
    },
    stop: () => peer.stop(),
  }
}

/** Messages a second and µs of CPU a message: store, its server process and its channel servers; of `created` the load too. */
interface Turn {
  backlog: { rate: number; cpu: number }
  created: { rate: number; cpu: number }
}

interface Work {
  servers: ChannelServers
  load: OutboundLoad
  fixture: OutboundFixture
}

type Sizes = { rounds: number; backlog: number; created: number }

async function takeTurn(contestant: Contestant, { servers, load, fixture }: Work, sizes: Sizes): Promise<Turn> {
  const all = { all: () => [...contestant.processes(), servers.pid, load.pid] }
  await servers.report()
  await contestant.addBacklog(sizes.backlog)
  let stop = startCpuClock(all)
  const drainedAt = await contestant.untilRecorded(sizes.backlog)
  const backlogCpu = sumOf(stop()) / sizes.backlog
  const { requests, firstAt } = await servers.report()
  if (requests !== sizes.backlog) throw new Error(`${contestant.name}: ${sizes.backlog} replies, ${requests} requests`)

  stop = startCpuClock(all)
  const start = Date.now()
  const { token, conversationIds } = fixture
  await load.run({
    kind: 'create',
    port: contestant.port,
    token,
    conversationIds,
    count: sizes.created,
    connections,
  })
  const recordedAt = await contestant.untilRecorded(sizes.created)
  return {
    backlog: { rate: (sizes.backlog * 1_000) / (drainedAt - firstAt), cpu: backlogCpu },
    created: { rate: (sizes.created * 1_000) / (recordedAt - start), cpu: sumOf(stop()) / sizes.created },
  }
}

function* rowsOf({ name, how, goals }: Contestant, index: number, rounds: Turn[][], sizes: Sizes): Generator<Row> {
  for (const [job, title] of [
    ['backlog', 'backlog'],
    ['created', 'created and delivered'],
  ] as const) {
    const turns = rounds.flatMap((round) => {
      const [hub, peer] = [round[0]?.[job], round[index]?.[job]]
      return hub && peer ? [{ hub, peer }] : []
    })
    yield {
      name: 'peers',
      variant: `${title} ÷ ${name}`,
      value: Math.round(median(turns.map(({ hub }) => hub.rate))),
      unit: 'messages/s',
      baseline: Math.round(median(turns.map(({ peer }) => peer.rate))),
      ratio: round(median(turns.map(({ hub, peer }) => hub.rate / peer.rate))),
      parts: { 'CPU of it ÷ of Portico': round(median(turns.map(({ hub, peer }) => peer.cpu / hub.cpu))) },
      goal: goals[job],
      note: `${how}; ${sizes[job].toLocaleString('en')} messages a turn, ${sizes.rounds} rounds in turn`,
    }
  }
}

function missing(rounds: number): Row {
  const note = `not measured: there is no redis-server on this machine; the others took turns in ${rounds} rounds`
  return { name: 'peers', variant: 'created and delivered ÷ BullMQ', value: 0, unit: 'messages/s', note }
}

/** The requests of a hub, for the peers to send as much. */
async function sampleBody(fixture: OutboundFixture, servers: ChannelServers): Promise<string> {
  await addBacklog(fixture, fixture.conversationIds.length)
  await untilSettled(fixture)
  return (await servers.report()).body
}

/** The messages by conversation; conversations are ordered by channel. */
function channelServersOf({ conversationIds }: OutboundFixture, { urls }: ChannelServers): Record<string, string> {
  return Object.fromEntries(conversationIds.map((id, n) => [publicId('cnv', 1, id), urls[n % urls.length] ?? '']))
}

/** A Redis that has written to disk what it acknowledges; null where none is installed. */
function startRedis() {
  if (spawnSync('redis-server', ['--version']).error) return null
  const directory = mkdtempSync(join(tmpdir(), 'portico-redis-'))
  const socket = join(directory, 'redis.sock')
  const settings = ['--port', '0', '--unixsocket', socket, '--dir', directory, '--save', '']
  const child = spawn('redis-server', [...settings, '--appendonly', 'yes', '--appendfsync', 'always'], {
    stdio: 'ignore',
  })
  const untilThere = async () => {
    while (!existsSync(socket)) await sleep(20)
  }
  return {
    pid: child.pid ?? 0,
    socket,
    isReady: untilThere(),
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
