import { once } from 'node:events'
import { createServer, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openDatabase } from '@portico/hub/database'
import { issueChannelToken, publicId } from '@portico/protocol'
import { createApiToken } from '../packages/hub/src/api-tokens/api-tokens.ts'
import { startCluster } from '../tests/harness/cluster.ts'
import { startServer } from './inbound.ts'
import { numbers, type Population, populate, uidOf } from './population.ts'
import { type BenchOptions, median, percentile, type Row, round } from './report.ts'

const population: Population = { companies: 1, channels: 1, conversations: 100 }
const streams = 100

interface Source {
  port: number
  headers: Record<string, string>
  /** Sends one message and resolves with its answer's time. */
  send(n: number): Promise<number>
}

/** Measures the time from the 202 of an inbound message to its event at each of 100 streams; the baseline is a bare fan-out of as many bytes. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const [rounds, messages] = quick ? [3, 150] : [5, 500]
  const cluster = await startCluster()
  try {
    const { url, secret, masterKey } = await populate(cluster, population)
    const db = openDatabase({ connection: { connectionString: url } })
    const { token } = await createApiToken(db, 1, 'bench')
    await db.close()
    const hub = await startServer(url, masterKey, true)
    const bare = await startBare()
    try {
      const results: { bare: number[]; hub: number[] }[] = []
      const source = hubSource(hub.port, secret, token)
      for (let n = 0; n <= rounds; n++) {
        const one = { bare: await measure(bare, messages), hub: await measure(source, messages) }
        // warm up, so that compilation is not measured
        if (n > 0) results.push(one)
      }
      const at = (of: 'bare' | 'hub', share: number) => median(results.map((result) => percentile(result[of], share)))
      const ratio = (share: number) =>
        round(median(results.map((result) => percentile(result.hub, share) / percentile(result.bare, share))))
      yield {
        name: 'live',
        variant: `p99 ÷ bare fan-out, ${streams} streams`,
        value: round(at('hub', 0.99)),
        unit: 'ms p99',
        baseline: round(at('bare', 0.99)),
        ratio: ratio(0.99),
        p50_ms: round(at('hub', 0.5)),
        p99_ms: round(at('hub', 0.99)),
        parts: { 'p50 ÷ bare fan-out': ratio(0.5), 'p90 ÷ bare fan-out': ratio(0.9) },
        goal: '≤ 2.5',
        note: `${messages} messages one after another, each timed at all streams, from the 202; baseline: a bare server that writes 2 kB to ${streams} streams; ${rounds} rounds in turn; embedded PostgreSQL`,
      }
    } finally {
      await hub.stop()
      bare.stop()
    }
  } finally {
    await cluster.stop()
  }
}

let sent = 0

async function measure(source: Source, messages: number): Promise<number[]> {
  const latencies: number[] = []
  let arrived: (index: number) => void = () => {}
  const open = await Promise.all(
    Array.from({ length: streams }, (_, index) => openStream(source, () => arrived(index))),
  )
  for (let n = 0; n < messages; n++) {
    const times = new Map<number, number>()
    const all = Promise.withResolvers<void>()
    arrived = (index) => {
      times.set(index, performance.now())
      if (times.size === streams) all.resolve()
    }
    const accepted = await source.send(sent++)
    await all.promise
    for (const time of times.values()) latencies.push(Math.max(0, time - accepted))
  }
  for (const stream of open) stream.destroy()
  return latencies
}

async function openStream({ port, headers }: Source, onMessage: () => void) {
  const asking = request({ port, host: '127.0.0.1', path: '/stream', headers, agent: false }).end()
  const [response] = await once(asking, 'response')
  response.on('data', (chunk: Buffer) => chunk.includes('data: ') && onMessage())
  return asking
}

function hubSource(port: number, secret: string, token: string): Source {
  const channel = publicId('cha', 1, numbers.channel)
  return {
    port,
    headers: { authorization: `Bearer ${token}` },
    async send(n) {
      const channelToken = issueChannelToken({ secret, uid: uidOf(1), channelId: channel })
      const response = await fetch(`http://127.0.0.1:${port}/channels/${channel}/inbound_messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${channelToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          sender: { handle: `h0-${n % 100}` },
          body: 'Where is my parcel?',
          metadata: { external_id: `live-${n}`, external_conversation_id: `v${n % 100}` },
        }),
      })
      const accepted = performance.now()
      if (response.status !== 202) throw new Error(`the hub answered ${response.status}: ${await response.text()}`)
      await response.arrayBuffer()
      return accepted
    },
  }
}

async function startBare(): Promise<Source & { stop(): void }> {
  const readers = new Set<ServerResponse>()
  const frame = Buffer.from(`id: 1\ndata: ${'x'.repeat(2_000)}\n\n`)
  const server = createServer((asked, response) => {
    if (asked.method === 'POST') {
      response.writeHead(202).end('{}', () => {
        for (const reader of readers) reader.write(frame)
      })
    } else {
      readers.add(response.writeHead(200, { 'content-type': 'text/event-stream' }))
      response.flushHeaders()
      response.on('close', () => readers.delete(response))
    }
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    headers: {},
    async send() {
      const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '{}' })
      const accepted = performance.now()
      await response.arrayBuffer()
      return accepted
    },
    stop() {
      server.closeAllConnections()
      server.close()
    },
  }
}
