import { setTimeout as sleep } from 'node:timers/promises'
import { type OwnCluster, startCluster } from '../tests/harness/cluster.ts'
import { type Parts, startCpuClock, sumOf } from './cpu.ts'
import { readDatabaseWork, workOfEach } from './database-work.ts'
import { startServer } from './inbound.ts'
import {
  addBacklog,
  type ChannelServers,
  describeDatabase,
  makeOutboundFixture,
  type OutboundFixture,
  type OutboundLoad,
  requireAllSent,
  startChannelServers,
  startLoad,
  untilSettled,
} from './outbound-fixture.ts'
import { type BenchOptions, median, medianParts, type Row, round } from './report.ts'

const channels = 50
const conversations = 20
const caps = [4, 16]
const loadConnections = 64
/** The smallest number that gives the CPU of a bare POST within a percent. */
const barePosts = 20_000

interface Rig {
  cluster: OwnCluster
  servers: ChannelServers
  load: OutboundLoad
  fixture: OutboundFixture
  cap: number
}

/** Messages a second, and µs of CPU a message by the part that used it. */
interface Measured {
  rate: number
  cpu: Record<string, number>
}

interface Round {
  bare: Measured
  backlog: Measured
  created: Measured
}

/**
 * Replies from the database to instant channel servers, and replies created over HTTP while they are delivered, beside
 * a bare loop of signed POSTs to the same servers. Two figures of each: messages a second by the loop's, and T / F, the
 * CPU of all processes a message by that of a bare POST. The loop is warm and long: with its compiling and connecting
 * counted in, a POST of 2,000 costs two to six times as much and hides what is measured.
 */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const sizes = quick ? { rounds: 3, backlog: 10_000, created: 4_000 } : { rounds: 5, backlog: 50_000, created: 10_000 }
  const servers = await startChannelServers(channels)
  const load = startLoad()
  const cluster = await startCluster()
  try {
    for (const cap of caps) {
      const fixture = await makeOutboundFixture(cluster, servers.urls, conversations, cap)
      const rig = { cluster, servers, load, fixture, cap }
      try {
        yield* timeRounds(rig, sizes)
        if (cap === caps.at(-1)) yield* countWork(rig, sizes)
        await requireAllSent(fixture)
      } finally {
        await fixture.client.end()
      }
    }
  } finally {
    await cluster.stop()
    load.stop()
    servers.stop()
  }
}

type Sizes = { rounds: number; backlog: number; created: number }

/** The bare loop, a backlog and created replies take turns. */
async function* timeRounds(rig: Rig, sizes: Sizes): AsyncGenerator<Row> {
  const { cluster, servers, load, fixture, cap } = rig
  const hub = await startServer(fixture.url, fixture.masterKey, true)
  const parts: Parts = {
    hub: () => [hub.pid],
    PostgreSQL: () => cluster.processes(),
    'channel servers': () => [servers.pid],
    load: () => [load.pid],
  }
  const rounds: Round[] = []
  try {
    // the first run compiles the code and is not measured
    const body = await drainBacklog(rig, 10_000)
    await create(rig, hub.port, 4_000)
    await fixture.client.query('vacuum analyze')
    for (let n = 0; n < sizes.rounds; n++) {
      const bare = await measure(parts, barePosts, () =>
        load.run({ kind: 'post', urls: servers.urls, count: barePosts, inFlight: cap, body }),
      )
      await servers.report()
      await addBacklog(fixture, sizes.backlog)
      const backlog = await measure(parts, sizes.backlog, async () => {
        const { firstAt, settledAt } = await drain(rig, sizes.backlog)
        return (settledAt - firstAt) / 1_000
      })
      const created = await measure(parts, sizes.created, () => create(rig, hub.port, sizes.created))
      rounds.push({ bare, backlog, created })
    }
  } finally {
    await hub.stop()
  }
  const note = `1 company × ${channels} channels × ${conversations} conversations, one hub, instant channel servers in one process; ${await describeDatabase(fixture)}; ${sizes.rounds} rounds in turn; every message sent once`
  yield* rowsOf('backlog', 'backlog', cap, rounds, note)
  yield* rowsOf('created', 'created and delivered', cap, rounds, note)
}

const goals: Record<string, { ratio: string; cpu: Record<number, string> }> = {
  backlog: { ratio: '≥ 0.5', cpu: { 16: '≤ 2.0 (PostgreSQL ≤ 0.75, hub ≤ 0.95)', 4: '≤ 2.5' } },
  created: { ratio: '≥ 0.3', cpu: { 16: '≤ 4.0' } },
}

function* rowsOf(kind: 'backlog' | 'created', name: string, cap: number, rounds: Round[], note: string) {
  const inFlight = `${cap} in flight a channel`
  const unitOf = ({ bare }: Round) => sumOf({ load: bare.cpu.load ?? 0, servers: bare.cpu['channel servers'] ?? 0 })
  const inUnits = rounds.map((round) =>
    Object.fromEntries(Object.entries(round[kind].cpu).map(([part, used]) => [part, used / unitOf(round)])),
  )
  yield {
    name: 'outbound',
    variant: `${name}, ${inFlight}`,
    value: Math.round(median(rounds.map((round) => round[kind].rate))),
    unit: 'messages/s',
    baseline: Math.round(median(rounds.map(({ bare }) => bare.rate))),
    ratio: round(median(rounds.map((round) => round[kind].rate / round.bare.rate))),
    goal: goals[kind]?.ratio,
    note: `baseline: a bare loop of signed POSTs to the same servers; ${note}`,
  } satisfies Row as Row
  yield {
    name: 'outbound',
    variant: `${name}, T / F, ${inFlight}`,
    value: round(median(inUnits.map(sumOf))),
    unit: 'F',
    parts: medianParts(inUnits),
    goal: goals[kind]?.cpu[cap],
    note: `T: CPU of all processes a message; F: CPU of a bare signed POST in the same round, sender and channel server, ${round(median(rounds.map(unitOf)), 0)} µs; from /proc/PID/stat`,
  } satisfies Row as Row
}

async function measure(parts: Parts, count: number, work: () => Promise<number>): Promise<Measured> {
  const stop = startCpuClock(parts)
  const seconds = await work()
  const used = stop()
  return {
    rate: count / seconds,
    cpu: Object.fromEntries(Object.entries(used).map(([part, micros]) => [part, micros / count])),
  }
}

/** Each in a hub of its own: what its connections did is counted when they close. */
async function* countWork(rig: Rig, sizes: Sizes): AsyncGenerator<Row> {
  const { fixture } = rig
  const note = `a message; pg_stat_wal, pg_stat_user_tables and pg_stat_database before and after, the start of the hub and vacuums included; ${await describeDatabase(fixture)}`
  await addBacklog(fixture, sizes.backlog)
  const delivery = await countIn(rig, sizes.backlog, () => drain(rig, sizes.backlog))
  const created = await countIn(rig, sizes.created, (port) => create(rig, port, sizes.created))
  yield countRow('work of a delivery', delivery, '≤ 9 (2.6 kB; ≤ 1 row updated)', note)
  yield countRow('work of a message created and delivered', created, '≤ 17 (3.4 kB)', note)
}

async function countIn(rig: Rig, count: number, work: (port: number) => Promise<unknown>) {
  const { client, url, masterKey } = rig.fixture
  const before = await readDatabaseWork(client)
  const hub = await startServer(url, masterKey, true)
  try {
    await work(hub.port)
  } finally {
    await hub.stop()
  }
  // the backends end a moment after their clients
  await sleep(500)
  return workOfEach(before, await readDatabaseWork(client), count)
}

function countRow(variant: string, work: Record<string, number>, goal: string, note: string): Row {
  const parts = medianParts([work])
  return { name: 'outbound', variant, value: parts['WAL records'] ?? 0, unit: 'WAL records', parts, goal, note }
}

/** Gives a body that the servers saw. */
async function drainBacklog(rig: Rig, count: number): Promise<string> {
  await addBacklog(rig.fixture, count)
  return (await drain(rig, count)).body
}

async function drain({ fixture, servers }: Rig, count: number) {
  const settledAt = await untilSettled(fixture)
  const { requests, firstAt, body } = await servers.report()
  if (requests !== count) throw new Error(`${count} replies, ${requests} requests`)
  return { firstAt, settledAt, body }
}

async function create({ fixture, servers, load }: Rig, port: number, count: number): Promise<number> {
  const start = Date.now()
  const { token, conversationIds } = fixture
  await load.run({ kind: 'create', port, token, conversationIds, count, connections: loadConnections })
  const settledAt = await untilSettled(fixture)
  const { requests } = await servers.report()
  if (requests !== count) throw new Error(`${count} replies, ${requests} requests`)
  return (settledAt - start) / 1_000
}
