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

const population = { companies: 2, channels: 1, conversations: 20 }
const [flooding, other] = [1, 2]
const connections = 64
const bodyBytes = 900_000

const floods = [
  { variant: `${connections} connections of one channel with bodies of 900 kB`, isNobodys: false },
  { variant: `the same with tokens of nobody`, isNobodys: true },
]

/** Measures how much longer another company waits for answers while one company, or a caller with invalid tokens, floods the hub. */
export async function* run(options: BenchOptions): AsyncGenerator<Row> {
  for (const flood of floods) yield await measure(flood, options)
}

async function measure({ variant, isNobodys }: (typeof floods)[number], { quick }: BenchOptions): Promise<Row> {
  const cluster = await startCluster()
  const { url, secret, masterKey } = await populate(cluster, population)
  const hub = await startServer(url, masterKey, true)
  const [rounds, seconds] = quick ? [2, 5] : [5, 10]
  const signs = isNobodys ? `not ${secret}` : secret
  const flood = { port: hub.port, connections, company: flooding, secret: signs, bodyBytes }
  try {
    await timesOfOther(hub.port, secret, 'warm', 2)
    const results: { calm: number[]; flooded: number[] }[] = []
    const answers: FloodResult[] = []
    forgetPeak(hub.pid)
    for (let n = 0; n < rounds; n++) {
      const calm = await timesOfOther(hub.port, secret, `calm${n}`, seconds)
      const stop = startFlood({ ...flood, tag: `f${n}` })
      await sleep(1_000)
      results.push({ calm, flooded: await timesOfOther(hub.port, secret, `flooded${n}`, seconds) })
      answers.push(await stop())
      await sleep(2_000)
    }
    const p50 = (of: 'calm' | 'flooded') => median(results.map((result) => median(result[of])))
    return {
      name: 'flood',
      variant,
      value: round(p50('flooded')),
      unit: 'ms p50',
      baseline: round(p50('calm')),
      ratio: round(median(results.map(({ calm, flooded }) => median(flooded) / median(calm)))),
      p50_ms: round(p50('flooded')),
      p99_ms: round(median(results.map(({ flooded }) => percentile(flooded, 0.99)))),
      note: `from POST to 202 of another company's messages, one after the other; baseline: without the flood; the hub's peak was ${peakMb(hub.pid)} MB; the flood was answered ${describe(answers)}; ${rounds} × 2 × ${seconds} s`,
    }
  } finally {
    await hub.stop()
    await cluster.stop()
  }
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

async function push(client: Client, secret: string, channel: string, body: string): Promise<boolean> {
  const token = issueChannelToken({ secret, uid: uidOf(other), channelId: channel })
  const answer = await client.request({
    method: 'POST',
    path: `/channels/${channel}/inbound_messages`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body,
  })
  await answer.body.dump()
  return answer.statusCode === 202
}

/** The times until each message of the other company was stored, with its refusals. */
async function timesOfOther(port: number, secret: string, tag: string, seconds: number): Promise<number[]> {
  const client = new Client(`http://127.0.0.1:${port}`, { headersTimeout: 60_000 })
  const channel = publicId('cha', other, numbers.channel)
  const times: number[] = []
  const end = performance.now() + seconds * 1_000
  for (let n = 0; n === 0 || performance.now() < end; n++) {
    const metadata = { external_id: `${tag}-${n}`, external_conversation_id: `v${n % 20}` }
    const body = JSON.stringify({ sender: { handle: `h0-${n % 20}` }, body: 'Where is my parcel?', metadata })
    const start = performance.now()
    while (!(await push(client, secret, channel, body))) await sleep(1)
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
