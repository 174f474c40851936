import { atOnce, type FilesFixture, fileBytes, rateOf, startFilesFixture } from './files-fixture.ts'
import { type BenchOptions, median, type Row, round } from './report.ts'
import { residentMb, watchMemory } from './resident.ts'

/**
 * Files of 25 MB that a channel pushes, stored durably, beside a bare server that streams the same parts to the same disk with the same
 * flush; and how far the hub's memory grows meanwhile. The hub is warm: it has taken small files before.
 */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const [rounds, count] = quick ? [2, 4] : [5, 8]
  const fixture = await startFilesFixture()
  try {
    await warmUp(fixture)
    const before = residentMb(fixture.pid)
    const measured: { hub: number; bare: number }[] = []
    const peaks: number[] = []
    for (let n = 0; n < rounds; n++) {
      const peak = watchMemory(fixture.pid)
      const hub = await rateOf(count, () => fixture.toHub(fileBytes))
      peaks.push(peak())
      measured.push({ hub, bare: await rateOf(count, () => fixture.toBare(fileBytes)) })
    }
    const note = `files of ${fileBytes / 1e6} MB, ${atOnce} at a time, one hub; ${rounds} × 2 × ${count} files`
    yield {
      name: 'upload',
      variant: 'throughput',
      value: round(median(measured.map(({ hub }) => hub)), 0),
      unit: 'MB/s',
      baseline: round(median(measured.map(({ bare }) => bare)), 0),
      ratio: round(median(measured.map(({ hub, bare }) => hub / bare))),
      goal: '≥ 0.7',
      note: `${note}; baseline: a bare server that streams the same parts to disk, flushed`,
    }
    yield {
      name: 'upload',
      variant: 'growth of the hub’s memory',
      value: round(Math.max(...peaks) - before, 0),
      unit: 'MB',
      baseline: round(before, 0),
      parts: Object.fromEntries(peaks.map((peak, n) => [`round ${n + 1}`, round(peak - before, 0)])),
      goal: '≤ 32',
      note: `${note}; the most that is resident, less what was before (baseline)`,
    }
  } finally {
    await fixture.stop()
  }
}

async function warmUp({ toHub, toBare }: FilesFixture): Promise<void> {
  for (let n = 0; n < 100; n++) await Promise.all([toHub(10_000), toHub(300_000), toBare(10_000)])
}
