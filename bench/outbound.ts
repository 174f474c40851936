import { createSecretKey } from 'node:crypto'
import { publicId, sign } from '@portico/protocol'
import { Pool } from 'undici'
import { startCluster } from '../tests/harness/cluster.ts'
import { startServer } from './inbound.ts'
import {
  addBacklog,
  type ChannelServers,
  describeDatabase,
  makeOutboundFixture,
  type OutboundFixture,
  requireAllSent,
  startChannelServers,
  untilSettled,
} from './outbound-fixture.ts'
import { type BenchOptions, median, type Row, round } from './report.ts'

const channels = 50
const conversations = 20
const caps = [4, 16]
const loadConnections = 64

/** Replies a second from the database to instant channel servers, against a bare loop of signed POSTs to the same servers. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const sizes = quick ? { rounds: 3, backlog: 5_000, created: 2_000 } : { rounds: 5, backlog: 50_000, created: 10_000 }
  const servers = await startChannelServers(channels)
  const cluster = await startCluster()
  try {
    for (const cap of caps) {
      const fixture = await makeOutboundFixture(cluster, servers.urls, conversations, cap)
      const hub = await startServer(fixture.url, fixture.masterKey, true)
      try {
        await backlog(fixture, servers, sizes.backlog / 5)
        await fixture.client.query('vacuum analyze')
        yield await measure('backlog', fixture, servers, cap, sizes.rounds, () =>
          backlog(fixture, servers, sizes.backlog),
        )
        yield await measure('end_to_end', fixture, servers, cap, sizes.rounds, () =>
          endToEnd(fixture, hub.port, sizes.created),
        )
        await requireAllSent(fixture)
      } finally {
        await hub.stop()
        await fixture.client.end()
      }
    }
  } finally {
    await cluster.stop()
    servers.stop()
  }
}

/** Ceiling and hub take turns. */
async function measure(
  variant: string,
  fixture: OutboundFixture,
  servers: ChannelServers,
  cap: number,
  rounds: number,
  work: () => Promise<number>,
): Promise<Row> {
  const { rows } = await fixture.client.query(
    `select convert_from(body, 'UTF8') as body from delivery_requests limit 1`,
  )
  const results: { ceiling: number; rate: number }[] = []
  for (let n = 0; n < rounds; n++) {
    results.push({ ceiling: await barePosts(servers.urls, 20_000, cap, rows[0].body), rate: await work() })
  }
  return {
    name: 'outbound',
    variant: `${variant}, ${cap} in flight a channel`,
    value: Math.round(median(results.map(({ rate }) => rate))),
    unit: 'deliveries/s',
    baseline: Math.round(median(results.map(({ ceiling }) => ceiling))),
    ratio: round(median(results.map(({ ceiling, rate }) => rate / ceiling))),
    note: `1 company × ${channels} channels × ${conversations} conversations, one hub, instant channel servers in one process; ${await describeDatabase(fixture)}; ${rounds} rounds; every message sent once`,
  }
}

async function backlog(fixture: OutboundFixture, servers: ChannelServers, count: number): Promise<number> {
  await servers.report()
  await addBacklog(fixture, count)
  const settledAt = await untilSettled(fixture)
  const { requests, firstAt } = await servers.report()
  if (requests !== count) throw new Error(`${count} replies, ${requests} requests`)
  return count / ((settledAt - firstAt) / 1000)
}

/** Created over HTTP at 64 connections while they are being delivered. */
async function endToEnd(fixture: OutboundFixture, port: number, count: number): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: loadConnections })
  const headers = { authorization: `Bearer ${fixture.token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ body: 'Your parcel left the depot this morning.', options: { archive: false } })
  let created = 0
  const start = Date.now()
  const create = async () => {
    for (let n = created++; n < count; n = created++) {
      const conversation = publicId('cnv', 1, fixture.conversationIds[n % fixture.conversationIds.length] ?? 0)
      const answer = await pool.request({
        method: 'POST',
        path: `/conversations/${conversation}/messages`,
        headers,
        body,
      })
      if (answer.statusCode !== 202)
        throw new Error(`the hub answered ${answer.statusCode}: ${await answer.body.text()}`)
      await answer.body.dump()
    }
  }
  await Promise.all(Array.from({ length: loadConnections }, create))
  const settledAt = await untilSettled(fixture)
  await pool.close()
  return count / ((settledAt - start) / 1000)
}

/** Signed POSTs with undici and nothing else: same servers, same caps, same bytes. */
async function barePosts(urls: string[], total: number, cap: number, body: string): Promise<number> {
  const secret = createSecretKey('s'.repeat(64), 'utf8')
  const pools = urls.map((url) => ({
    pool: new Pool(new URL(url).origin, { connections: cap }),
    path: new URL(url).pathname,
  }))
  let left = total
  const start = performance.now()
  const post = async ({ pool, path }: (typeof pools)[number]) => {
    while (left-- > 0) {
      const timestamp = Date.now()
      const headers = {
        'content-type': 'application/json',
        'x-front-request-timestamp': String(timestamp),
        'x-front-signature': sign(secret, timestamp, body),
      }
      const answer = await pool.request({ path, method: 'POST', headers, body })
      await answer.body.text()
    }
  }
  await Promise.all(pools.flatMap((one) => Array.from({ length: cap }, () => post(one))))
  const seconds = (performance.now() - start) / 1000
  await Promise.all(pools.map(({ pool }) => pool.close()))
  return total / seconds
}
