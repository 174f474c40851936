import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { startCluster } from '../tests/harness/cluster.ts'

/**
 * Runs the tests, all or those in the files and folders given, on one PostgreSQL that it starts and stops.
 * PORTICO_TEST_BINARIES names the folder of another PostgreSQL's binaries.
 */
const paths = process.argv.slice(2)
const isNamed = (file: string) => paths.length === 0 || paths.some((path) => file.startsWith(path))
const files = globSync('{packages,channels}/*/src/**/*.test.ts').concat(globSync('{tests,bench,scripts}/**/*.test.ts'))
const wanted = files.filter((file) => !file.includes('node_modules') && isNamed(file)).sort()
if (wanted.length === 0) {
  console.error(`no tests in ${paths.join(', ')}`)
  process.exit(1)
}

// the time limit ends a file that hangs; fault tests in full size have no limit
const limit = process.env.PORTICO_FAULTS === 'full' ? [] : ['--test-timeout=300000']
const cluster = await startCluster()
const env = { ...process.env, PORTICO_TEST_PG: cluster.url }
const inBrowser = (file: string) => file.startsWith('tests/browser/')
// browser tests run one at a time: under load keys would wait
const parts = [
  { files: wanted.filter((file) => !inBrowser(file)), concurrency: 2 },
  { files: wanted.filter(inBrowser), concurrency: 1 },
]
let failed = false
for (const { files, concurrency } of parts)
  if (files.length > 0) failed = (await run(files, concurrency)) !== 0 || failed
await cluster.stop()
process.exit(failed ? 1 : 0)

async function run(files: string[], concurrency: number): Promise<number> {
  const options = ['--test', `--test-concurrency=${concurrency}`, ...limit]
  const tests = spawn(process.execPath, [...options, ...files], { stdio: 'inherit', env })
  const pass = (signal: NodeJS.Signals) => tests.kill(signal)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, pass)
  const [code] = await once(tests, 'exit')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, pass)
  return code ?? 1
}
