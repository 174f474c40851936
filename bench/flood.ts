import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { issueChannelToken, publicId } from '@portico/protocol'
import { Client } from 'undici'
import { startCluster } from '../tests/harness/cluster.ts'
import type { FloodOptions, FloodResult } from './flood-load.ts'
import { startServer } from './inbound.ts'
import { numbers, populate, uidOf } from './population.ts'
import { type BenchOptions, median, percentile, type Row, round } from './report.ts'

const population = { companies: 2, channels: 2, conversations: 20 }
const flooding = 1
const connections = 64

interface Flood {
  variant: string
  isNobodys: boolean
  bodyBytes: number
  /** The requests a minute that the hub takes of one channel; 0: no limit. */
  channelRate: number
  /** The company whose messages are timed. */
  other: Channel
  /** Of the times of the other's messages. */
  percentile: 50 | 99
  goal?: string
}

interface Channel {
  name: string
  company: number
  index: number
}

const otherCompany = { name: 'another company', company: 2, index: 0 }
const large = { bodyBytes: 900_000, channelRate: 0, other: otherCompany, percentile: 50 } as const
const floods: Flood[] = [
  { variant: `${connections} connections of one channel with bodies of 900 kB`, isNobodys: false, ...large },
  { variant: `the same with tokens of nobody`, isNobodys: true, ...large },
  {
    variant: `p99 ÷ calm, ${connections} connections of one channel at full speed beyond its rate limit`,
    isNobodys: false,
    bodyBytes: 200,
    channelRate: 6_000,
    other: { name: 'another channel of its company', company: flooding, index: 1 },
    percentile: 99,
    goal: '≤ 1.3',
  },
]

/** Measures how much longer others wait for answers while one channel, or a caller with invalid tokens, floods the hub. */
export async function* run(options: BenchOptions): AsyncGenerator<Row> {
  for (const flood of floods) yield await measure(flood, options)
}

async function measure(flood: Flood, { quick }: BenchOptions): Promise<Row> {
  const { variant, isNobodys, bodyBytes, channelRate, other, goal } = flood
  const cluster = await startCluster()
  const { url, secret, masterKey } = await populate(cluster, population)
  const hub = await startServer(url, masterKey, true, { channelRate })
  const [rounds, seconds] = quick ? [2, 5] : [5, 10]
  const signs = isNobodys ? `not ${secret}` : secret
  const load = { port: hub.port, connections, company: flooding, secret: signs, bodyBytes }
  try {
    await timesOf(other, hub.port, secret, 'warm', 2)
    if (channelRate > 0) await emptyBucket(load)
    const results: { calm: number[]; flooded: number[] }[] = []
    const answers: FloodResult[] = []
    forgetPeak(hub.pid)
    for (let n = 0; n < rounds; n++) {
      const calm = await timesOf(other, hub.port, secret, `calm${n}`, seconds)
      const stop = startFlood({ ...load, tag: `f${n}` })
      await sleep(2_000)
      results.push({ calm, flooded: await timesOf(other, hub.port, secret, `flooded${n}`, seconds) })
      answers.push(await stop())
      await sleep(2_000)
    }
    const at = (share: number, of: 'calm' | 'flooded') => median(results.map((result) => percentile(result[of], share)))
    const share = flood.percentile / 100
    const ratios = results.map(({ calm, flooded }) => percentile(flooded, share) / percentile(calm, share))
    return {
      name: 'flood',
      variant,
      value: round(at(share, 'flooded')),
      unit: `ms p${flood.percentile}`,
      baseline: round(at(share, 'calm')),
      ratio: round(median(ratios)),
      p50_ms: round(at(0.5, 'flooded')),
      p99_ms: round(at(0.99, 'flooded')),
      ...(goal && { goal }),
      note: `from POST to 202 of messages of ${other.name}, one after the other; baseline: without the flood; ${channelRate > 0 ? `${channelRate} requests a minute a channel; ` : ''}the hub's peak was ${peakMb(hub.pid)} MB; the flood was answered ${describe(answers)}; ${rounds} × 2 × ${seconds} s`,
    }
  } finally {
    await hub.stop()
    await cluster.stop()
  }
}

/** Takes what the channel may send at once: from then on it gets its rate, and no more. */
async function emptyBucket(load: Omit<FloodOptions, 'tag'>): Promise<void> {
  const stop = startFlood({ ...load, tag: 'first' })
  await sleep(15_000)
  await stop()
}

function startFlood(options: FloodOptions): () => Promise<FloodResult> {
  const child = fork(join(import.meta.dirname, 'flood-load.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  child.send(options)
  return async () => {
    child.send('stop')
    const [result] = (await once(child, 'message')) as [FloodResult]
    return result
  }
}

async function push(client: Client, company: number, secret: string, channel: string, body: string): Promise<boolean> {
  const token = issueChannelToken({ secret, uid: uidOf(company), channelId: channel })
  const answer = await client.request({
    method: 'POST',
    path: `/channels/${channel}/inbound_messages`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  })
  await answer.body.dump()
  return answer.statusCode === 202
}

/** The times until each message of the channel was stored, with its refusals. */
async function timesOf(
  { company, index }: Channel,
  port: number,
  secret: string,
  tag: string,
  seconds: number,
): Promise<number[]> {
  const client = new Client(`http://127.0.0.1:${port}`, { headersTimeout: 60_000 })
  const channel = publicId('cha', company, numbers.channel + index)
  const times: number[] = []
  const end = performance.now() + seconds * 1_000
  for (let n = 0; n === 0 || performance.now() < end; n++) {
    const metadata = { external_id: `${tag}-${n}`, external_conversation_id: `v${n % 20}` }
    const body = JSON.stringify({ sender: { handle: `h${index}-${n % 20}` }, body: 'Where is my parcel?', metadata })
    const start = performance.now()
    while (!(await push(client, company, secret, channel, body))) await sleep(1)
    times.push(performance.now() - start)
    await sleep(10)
  }
  await client.close()
  return times
}

function describe(answers: FloodResult[]): string {
  const total: FloodResult = {}
  for (const answer of answers) for (const [what, n] of Object.entries(answer)) total[what] = (total[what] ?? 0) + n
  return Object.entries(total)
    .map(([what, n]) => (what === 'cut' ? `${n} times not at all` : `${n} × ${what}`))
    .join(', ')
}

function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

function peakMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_000, 0)
}
