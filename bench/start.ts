import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchOptions, median, type Row, round } from './report.ts'

const checkout = join(import.meta.dirname, '..')

/** Measures `npm start` until the hub is ready: the first start on an empty folder, and later ones. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const data = mkdtempSync(join(tmpdir(), 'portico-start-'))
  try {
    const first = await timeStart(data)
    const later: number[] = []
    for (let n = 0; n < (quick ? 1 : 5); n++) later.push(await timeStart(data))
    yield {
      name: 'start',
      variant: 'second start',
      value: round(median(later)),
      unit: 's',
      note: `npm start to ready, embedded PostgreSQL, demo and sample channel, median of ${later.length}; the first start on an empty data folder took ${round(first)} s`,
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

async function timeStart(data: string): Promise<number> {
  const began = performance.now()
  const hub = spawn('npm', ['start'], {
    cwd: checkout,
    env: { ...process.env, PORT: '4790', PORTICO_DATA: data },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  await untilReady(hub)
  const seconds = (performance.now() - began) / 1_000
  const ended = once(hub, 'close')
  process.kill(-(hub.pid ?? 0), 'SIGTERM')
  await ended
  return seconds
}

async function untilReady(hub: ChildProcess): Promise<void> {
  let output = ''
  for await (const chunk of hub.stdout ?? []) {
    output += chunk
    if (output.includes('ready')) return
  }
  throw new Error(`the hub did not start: ${output.slice(-500)}`)
}
