import { firstLoad } from '../tests/harness/first-load.ts'
import { type Row, round } from './report.ts'

export async function* run(): AsyncGenerator<Row> {
  const { files, bytes, later } = firstLoad()
  yield {
    name: 'page',
    variant: 'first load',
    value: round(bytes / 1000),
    unit: 'kB',
    note: `gzip -9 of ${files.length} files (JS and CSS) that index.html loads; ${later} more are loaded when they are used; at most 180`,
  }
}
