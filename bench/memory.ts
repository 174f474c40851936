import { setTimeout as wait } from 'node:timers/promises'
import { startCluster } from '../tests/harness/cluster.ts'
import { runLoad, startServer } from './inbound.ts'
import { type Population, populate } from './population.ts'
import { type BenchOptions, type Row, round } from './report.ts'
import { residentMb } from './resident.ts'

const population: Population = { companies: 1, channels: 10, conversations: 2_000 }

/** Measures the resident memory of the hub's process after 100,000 messages over 64 connections and 30 s of rest. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const cluster = await startCluster()
  try {
    const { url, secret, masterKey } = await populate(cluster, population)
    const hub = await startServer(url, masterKey, true)
    try {
      const goal = quick ? 10_000 : 100_000
      const before = residentMb(hub.pid)
      let accepted = 0
      for (let round = 0; accepted < goal; round++) {
        const result = await runLoad({
          port: hub.port,
          connections: 64,
          seconds: 5,
          secret,
          population,
          tag: `m${round}`,
        })
        accepted += result.accepted
      }
      await wait(quick ? 3_000 : 30_000)
      yield {
        name: 'memory',
        variant: 'hub process',
        value: round(residentMb(hub.pid), 0),
        unit: 'MB',
        baseline: round(before, 0),
        note: `after ${accepted} messages at 64 connections and ${quick ? 3 : 30} s of rest; baseline: the same process before`,
      }
    } finally {
      await hub.stop()
    }
  } finally {
    await cluster.stop()
  }
}
