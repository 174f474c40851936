import { setTimeout as sleep } from 'node:timers/promises'
import { publicId } from '@portico/protocol'
import { Pool } from 'undici'
import { startCluster } from '../tests/harness/cluster.ts'
import { startServer } from './inbound.ts'
import {
  type ChannelServers,
  describeDatabase,
  makeOutboundFixture,
  type OutboundFixture,
  startChannelServers,
} from './outbound-fixture.ts'
import { type BenchOptions, median, percentile, type Row, round } from './report.ts'

const healthy = 199
const conversations = 10
const cap = 4
const perSecond = 400
const serviceMs = 50
/** The server that hangs; the hanging channels come first. */
const hanging = 0

interface Scenario {
  name: string
  /** Channels of the server that hangs, and their share of the traffic. */
  hangingChannels: number
  share: number
}

const scenarios: Scenario[] = [
  { name: `p99 ÷ calm, one of ${healthy + 1} channels hangs with 5 % of the traffic`, hangingChannels: 1, share: 0.05 },
  {
    name: `p99 ÷ calm, 200 of ${healthy + 200} channels, of one server, hang with half of the traffic`,
    hangingChannels: 200,
    share: 0.5,
  },
]

/** Measures how much slower other channels get when one server hangs: p99 from creation to arrival, divided by p99 without it. */
export async function* run(options: BenchOptions): AsyncGenerator<Row> {
  for (const scenario of scenarios) yield measure(scenario, options)
}

async function measure(scenario: Scenario, { quick }: BenchOptions): Promise<Row> {
  const { rounds, seconds } = quick ? { rounds: 1, seconds: 12 } : { rounds: 5, seconds: 15 }
  const servers = await startChannelServers(1 + healthy)
  servers.instruct({ delayMs: serviceMs, ignored: hanging })
  const cluster = await startCluster()
  const [hangingUrl = '', ...others] = servers.urls
  const urls = [...Array.from({ length: scenario.hangingChannels }, () => hangingUrl), ...others]
  const fixture = await makeOutboundFixture(cluster, urls, conversations, cap)
  const hub = await startServer(fixture.url, fixture.masterKey, true)
  try {
    await phase(scenario, fixture, servers, hub.port, 3, null)
    await fixture.client.query('vacuum analyze')
    const results: { calm: number[]; hung: number[] }[] = []
    for (let n = 0; n < rounds; n++) {
      const calm = await phase(scenario, fixture, servers, hub.port, seconds, null)
      results.push({ calm, hung: await phase(scenario, fixture, servers, hub.port, seconds, hanging) })
    }
    const p99 = (of: 'calm' | 'hung') => results.map((result) => percentile(result[of], 0.99))
    return {
      name: 'isolation',
      variant: scenario.name,
      value: round(median(p99('hung'))),
      unit: 'ms p99',
      baseline: round(median(p99('calm'))),
      ratio: round(median(results.map(({ calm, hung }) => percentile(hung, 0.99) / percentile(calm, 0.99)))),
      p50_ms: round(median(results.map(({ hung }) => percentile(hung, 0.5)))),
      p99_ms: round(median(p99('hung'))),
      goal: '≤ 1.2',
      note: `from the POST that creates a message to its arrival, at the other ${healthy} channels; ${perSecond} messages/s, ${serviceMs} ms service, ${cap} in flight a channel, 1 company, one hub; baseline: the same without the hanging one; ${await describeDatabase(fixture)}; ${rounds} × 2 × ${seconds} s`,
    }
  } finally {
    await hub.stop()
    await fixture.client.end()
    await cluster.stop()
    servers.stop()
  }
}

/** Creates messages at an even rate, without waiting for their delivery, and resolves with the latencies of the healthy channels. */
async function phase(
  scenario: Scenario,
  fixture: OutboundFixture,
  servers: ChannelServers,
  port: number,
  seconds: number,
  hung: number | null,
) {
  await servers.report()
  servers.instruct({ hanging: hung })
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 64 })
  const start = performance.now()
  const answers: Promise<void>[] = []
  for (let n = 0; n < seconds * perSecond; n++) {
    const wait = start + (n * 1000) / perSecond - performance.now()
    if (wait > 1) await sleep(wait)
    answers.push(createTimed(pool, fixture, conversationFor(scenario, fixture, n)))
  }
  await Promise.all(answers)
  await pool.close()
  await sleep(1_000)
  const { latencies } = await servers.report()
  await clear(fixture, servers)
  return latencies
}

/** Creates a message that says when it was written, so that its server knows how long it took. */
export async function createTimed(pool: Pool, fixture: OutboundFixture, conversation: number): Promise<void> {
  const writtenAt = performance.timeOrigin + performance.now()
  const answer = await pool.request({
    method: 'POST',
    path: `/conversations/${publicId('cnv', 1, conversation)}/messages`,
    headers: { authorization: `Bearer ${fixture.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ body: `at ${writtenAt} the parcel left`, options: { archive: false } }),
  })
  if (answer.statusCode !== 202) throw new Error(`the hub answered ${answer.statusCode}: ${await answer.body.text()}`)
  await answer.body.dump()
}

/** Chooses conversations in turn, with a fixed share for the hanging channels. Conversations are ordered by channel. */
function conversationFor(
  { hangingChannels, share }: Scenario,
  { conversationIds }: OutboundFixture,
  n: number,
): number {
  const isHanging = n % (1 / share) === 0
  const channel = isHanging ? (n * share) % hangingChannels : hangingChannels + (n % healthy)
  const channels = hangingChannels + healthy
  const turn = Math.floor(n / channels) % conversations
  return conversationIds[turn * channels + channel] ?? 0
}

/** Cancels the messages of the hanging channels and closes their breakers, so that all rounds begin with the same state. */
async function clear({ client }: OutboundFixture, servers: ChannelServers): Promise<void> {
  servers.instruct({ hanging: null })
  await client.query('delete from outbox where company_id = 1 and not is_sending(1, message_id)')
  for (let isBusy = true; isBusy; ) {
    const { rows } = await client.query('select exists (select from delivery_claims where company_id = 1) as busy')
    isBusy = rows[0].busy
    await sleep(100)
  }
  await client.query(
    'update channel_delivery_states set failures = 0, open_until = null, failing_since = null, window_started_at = null where company_id = 1 and failures > 0',
  )
}
