// Plain JavaScript for Node 20 without dependencies, as install.mjs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The sources of the web app. */
const inbox = [
  'package-lock.json',
  'packages/inbox/index.html',
  'packages/inbox/package.json',
  'packages/inbox/public',
  'packages/inbox/src',
  'packages/inbox/tsconfig.json',
  'packages/inbox/vite.config.ts',
  'packages/protocol/src',
]

/** The sources of the SDK and the command, which the hub serves as tarballs. */
const downloads = [
  'package-lock.json',
  'scripts/build-package.ts',
  ...['channel', 'cli', 'protocol'].flatMap((name) =>
    ['package.json', 'README.md', 'src'].map((path) => `packages/${name}/${path}`),
  ),
]

/** Builds the web app when its sources changed. */
export function buildInbox(checkout) {
  whenChanged(checkout, inbox, 'packages/inbox/dist', () => {
    console.log('Building the web app …')
    run(checkout, 'packages/inbox', ['node_modules/vite/bin/vite.js', 'build'])
  })
}

/** Packs the SDK and the command when their sources changed. */
export function buildDownloads(checkout) {
  whenChanged(checkout, downloads, 'packages/hub/dist', () => {
    console.log('Packing the SDK and the command …')
    run(checkout, '.', ['scripts/build-package.ts', '--downloads'])
  })
}

function whenChanged(checkout, sources, folder, build) {
  const stamp = join(checkout, folder, '.built-from')
  const fingerprint = fingerprintOf(checkout, sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return
  build()
  writeFileSync(stamp, fingerprint)
}

function run(checkout, folder, [program, ...options]) {
  const node = join(checkout, 'node_modules/node/bin/node')
  const { status, stdout, stderr } = spawnSync(
    existsSync(node) ? node : process.execPath,
    [join(checkout, program), ...options],
    { cwd: join(checkout, folder), encoding: 'utf8' },
  )
  if (status === 0) return
  console.error(stdout, stderr)
  process.exit(status ?? 1)
}

function fingerprintOf(checkout, sources) {
  const hash = createHash('sha256')
  for (const source of sources) addTo(hash, checkout, source)
  return hash.digest('hex')
}

function addTo(hash, checkout, path) {
  const file = join(checkout, path)
  if (!existsSync(file)) return
  if (!statSync(file).isDirectory()) return hash.update(`${path}\0`).update(readFileSync(file)).update('\0')
  for (const name of readdirSync(file).sort()) addTo(hash, checkout, join(path, name))
}
