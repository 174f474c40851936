import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { publicId } from '@portico/protocol'
import { Pool } from 'undici'
import { startCluster } from '../tests/harness/cluster.ts'
import { startServer } from './inbound.ts'
import { describeDatabase, makeOutboundFixture, type OutboundFixture } from './outbound-fixture.ts'
import { type BenchOptions, type Row, round } from './report.ts'

const perSecond = 20
const conversations = 300
const cap = 4

/** Measures how fast a backlog drains to a channel server with a rate limit, as a share of that limit. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const waiting = quick ? 300 : 1_200
  const limiter = await startLimiter()
  const cluster = await startCluster()
  const fixture = await makeOutboundFixture(cluster, [limiter.url], conversations, cap)
  const hub = await startServer(fixture.url, fixture.masterKey, true)
  try {
    await fixture.client.query(`update channel_delivery_states set open_until = now() + interval '1 hour'`)
    await fill(fixture, hub.port, waiting)
    await fixture.client.query('update channel_delivery_states set open_until = null')
    while (limiter.taken.length < waiting) await sleep(100)
    const [first = 0, last = 0] = [limiter.taken[0], limiter.taken.at(-1)]
    const value = ((waiting - 1) * 1_000) / (last - first)
    yield {
      name: 'pacing',
      variant: `${waiting} wait for a channel that takes ${perSecond} a second`,
      value: round(value),
      unit: 'messages/s',
      baseline: perSecond,
      ratio: round(value / perSecond),
      note: `a counter of the running second, 429 with Retry-After: 1 beyond it, ${limiter.refused()} times; ${conversations} conversations, ${cap} in flight, one hub; baseline: the limit; ${await describeDatabase(fixture)}`,
    }
  } finally {
    await hub.stop()
    await fixture.client.end()
    await cluster.stop()
    limiter.stop()
  }
}

async function startLimiter() {
  const taken: number[] = []
  let [second, count, refused] = [0, 0, 0]
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const now = performance.now()
      if (Math.floor(now / 1_000) !== second) [second, count] = [Math.floor(now / 1_000), 0]
      if (++count > perSecond) {
        refused++
        response.writeHead(429, { 'retry-after': '1' }).end()
        return
      }
      taken.push(now)
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ type: 'success', external_id: `x-${taken.length}` }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    taken,
    refused: () => refused,
    stop: () => void server.close(),
  }
}

async function fill(fixture: OutboundFixture, port: number, count: number): Promise<void> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 16 })
  const answers = Array.from({ length: count }, async (_value, n) => {
    const answer = await pool.request({
      method: 'POST',
      path: `/conversations/${publicId('cnv', 1, fixture.conversationIds[n % conversations] ?? 0)}/messages`,
      headers: { authorization: `Bearer ${fixture.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ body: String(n) }),
    })
    if (answer.statusCode !== 202) throw new Error(`the hub answered ${answer.statusCode}: ${await answer.body.text()}`)
    await answer.body.dump()
  })
  await Promise.all(answers)
  await pool.close()
}
