import { setTimeout as sleep } from 'node:timers/promises'
import { parsePublicId } from '@portico/protocol'
import { Pool } from 'undici'
import { startCluster } from '../tests/harness/cluster.ts'
import { startServer } from './inbound.ts'
import { createTimed } from './isolation.ts'
import {
  addBacklog,
  type ChannelServers,
  describeDatabase,
  makeOutboundFixture,
  type OutboundFixture,
  startChannelServers,
} from './outbound-fixture.ts'
import { numbers } from './population.ts'
import { type BenchOptions, percentile, type Row, round } from './report.ts'

const healthy = 49
const conversations = 50
const cap = 16
const perSecond = 100
const serviceMs = 50
/** The channel whose server was away. */
const recovering = 0

interface Rig {
  fixture: OutboundFixture
  servers: ChannelServers
  pool: Pool
}

/**
 * A channel's server is back, and its backlog leaves: how much slower the other channels get meanwhile, p99 from creation to
 * arrival, divided by p99 before and after. Throws unless all arrive once, each conversation's in their order.
 */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const [waiting, seconds] = quick ? [1_000, 4] : [17_000, 15]
  const servers = await startChannelServers(1 + healthy)
  servers.instruct({ delayMs: serviceMs, ignored: recovering, instant: recovering })
  const cluster = await startCluster()
  const fixture = await makeOutboundFixture(cluster, servers.urls, conversations, cap)
  const hub = await startServer(fixture.url, fixture.masterKey, true)
  const rig = { fixture, servers, pool: new Pool(`http://127.0.0.1:${hub.port}`, { connections: 64 }) }
  try {
    await calm(rig, 3)
    await fixture.client.query('vacuum analyze')
    const before = await calm(rig, seconds)
    const { latencies, tookMs } = await drain(rig, waiting)
    const usual = percentile([...before, ...(await calm(rig, seconds))], 0.99)
    const p99 = percentile(latencies, 0.99)
    yield {
      name: 'drain',
      variant: `p99 ÷ calm of ${healthy} channels while another sends what waited`,
      value: round(p99),
      unit: 'ms p99',
      baseline: round(usual),
      ratio: round(p99 / usual),
      p50_ms: round(percentile(latencies, 0.5)),
      p99_ms: round(p99),
      goal: '≤ 1.2',
      note: `${waiting} messages in ${conversations} conversations waited for a server, and left at ${Math.round(waiting / (tookMs / 1_000))}/s when it was back, each conversation's in their order; ${perSecond} other messages/s, ${serviceMs} ms service, ${cap} in flight a channel, 1 company, one hub; baseline: ${seconds} s before and after; ${await describeDatabase(fixture)}`,
    }
  } finally {
    await rig.pool.close()
    await hub.stop()
    await fixture.client.end()
    await cluster.stop()
    servers.stop()
  }
}

async function calm(rig: Rig, seconds: number): Promise<number[]> {
  await rig.servers.report()
  await createEvenly(rig, sleep(seconds * 1_000))
  await sleep(1_000)
  return (await rig.servers.report()).latencies
}

async function drain(rig: Rig, waiting: number) {
  const { fixture, servers } = rig
  const { client } = fixture
  const channel = numbers.channel + recovering
  const setBreaker = (seconds: number) =>
    client.query(
      `update channel_delivery_states set failures = 5, window_started_at = now(), failing_since = now(),
         open_until = now() + make_interval(secs => $2)
       where company_id = 1 and channel_id = $1`,
      [channel, seconds],
    )
  await setBreaker(30)
  await addBacklog(fixture, waiting, { id: channel, conversations })
  await client.query('vacuum analyze')
  await servers.report()
  await setBreaker(0)
  const start = performance.now()
  const settled = untilChannelSettled(fixture, channel)
  await createEvenly(rig, settled)
  const tookMs = (await settled) - start
  await sleep(1_000)
  const { latencies, arrivals } = await servers.report()
  requireInOrder(arrivals, waiting)
  return { latencies, tookMs }
}

/** Creates messages in the other channels at an even rate until something has happened. */
async function createEvenly({ fixture, pool }: Rig, end: Promise<unknown>): Promise<void> {
  let isOver = false
  void end.finally(() => {
    isOver = true
  })
  const start = performance.now()
  const answers: Promise<void>[] = []
  for (let n = 0; !isOver; n++) {
    const wait = start + (n * 1_000) / perSecond - performance.now()
    if (wait > 1) await sleep(wait)
    answers.push(createTimed(pool, fixture, conversationFor(fixture, n)))
  }
  await Promise.all(answers)
}

/** Conversations are ordered by turn, then channel. */
function conversationFor({ conversationIds }: OutboundFixture, n: number): number {
  const turn = Math.floor(n / healthy) % conversations
  return conversationIds[turn * (healthy + 1) + 1 + (n % healthy)] ?? 0
}

async function untilChannelSettled({ client }: OutboundFixture, channel: number): Promise<number> {
  for (;;) {
    const { rows } = await client.query('select from outbox where company_id = 1 and channel_id = $1 limit 1', [
      channel,
    ])
    if (rows.length === 0) return performance.now()
    await sleep(100)
  }
}

function requireInOrder(arrivals: [conversation: string, message: string][], count: number): void {
  const last = new Map<string, number>()
  for (const [conversation, message] of arrivals) {
    const number = parsePublicId('msg', message)?.number ?? 0
    if (number <= (last.get(conversation) ?? 0)) throw new Error(`${message} arrived after a later message`)
    last.set(conversation, number)
  }
  if (arrivals.length !== count) throw new Error(`${arrivals.length} messages arrived instead of ${count}`)
}
