import { asLine, asTableRow, type Bench, type Row } from './report.ts'

/** `npm run bench [name…] [--json | --table] [--quick]`: all, or those named; `peers` only when it is. One JSON object a line with --json, the rows of the README's table with --table. */
const benches: Record<string, () => Promise<Bench>> = {
  inbound: () => import('./inbound.ts'),
  outbound: () => import('./outbound.ts'),
  peers: () => import('./peers.ts'),
  isolation: () => import('./isolation.ts'),
  flood: () => import('./flood.ts'),
  drain: () => import('./drain.ts'),
  upload: () => import('./upload.ts'),
  download: () => import('./download.ts'),
  pacing: () => import('./pacing.ts'),
  bodies: () => import('./bodies.ts'),
  live: () => import('./live.ts'),
  list: () => import('./list.ts'),
  memory: () => import('./memory.ts'),
  readers: () => import('./readers.ts'),
  start: () => import('./start.ts'),
  page: () => import('./page.ts'),
  feel: () => import('./feel.ts'),
}

/** `peers` runs only when it is named, because it installs packages. */
const onlyWhenNamed = ['peers']

const given = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const format = process.argv.includes('--json')
  ? (row: Row) => JSON.stringify(row)
  : process.argv.includes('--table')
    ? asTableRow
    : asLine
const quick = process.argv.includes('--quick')

for (const name of given.length > 0 ? given : Object.keys(benches).filter((name) => !onlyWhenNamed.includes(name))) {
  const load = benches[name]
  if (!load) {
    process.stderr.write(`There is no benchmark "${name}". There are: ${Object.keys(benches).join(', ')}.\n`)
    process.exit(1)
  }
  for await (const row of (await load()).run({ quick })) {
    process.stdout.write(`${format(row)}\n`)
  }
}
