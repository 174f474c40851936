import { atOnce, fileBytes, rateOf, startFilesFixture } from './files-fixture.ts'
import { type BenchOptions, median, type Row, round } from './report.ts'

/** Files of 25 MB that a channel reads with its token, beside a bare server that pipes the same bytes from the same disk. */
export async function* run({ quick }: BenchOptions): AsyncGenerator<Row> {
  const [rounds, count] = quick ? [2, 8] : [7, 24]
  const fixture = await startFilesFixture()
  try {
    const url = await fixture.urlOf(await fixture.toHub(fileBytes))
    await fixture.toBare(fileBytes)
    const measured: { hub: number; bare: number }[] = []
    for (let n = 0; n <= rounds; n++) {
      const hub = await rateOf(count, () => fixture.fromHub(url))
      measured.push({ hub, bare: await rateOf(count, fixture.fromBare) })
    }
    measured.shift()
    yield {
      name: 'download',
      variant: 'throughput',
      value: round(median(measured.map(({ hub }) => hub)), 0),
      unit: 'MB/s',
      baseline: round(median(measured.map(({ bare }) => bare)), 0),
      ratio: round(median(measured.map(({ hub, bare }) => hub / bare))),
      goal: '≥ 0.8',
      note: `a file of ${fileBytes / 1e6} MB from the page cache, ${atOnce} at a time, one hub; ${rounds} × 2 × ${count} downloads after one round to warm up; baseline: createReadStream piped into the response of a bare server`,
    }
  } finally {
    await fixture.stop()
  }
}
