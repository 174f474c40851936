// Plain JavaScript for Node 20 without dependencies, as install.mjs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What the web app is made of. */
const sources = [
  'package-lock.json',
  'packages/inbox/index.html',
  'packages/inbox/package.json',
  'packages/inbox/public',
  'packages/inbox/src',
  'packages/inbox/tsconfig.json',
  'packages/inbox/vite.config.ts',
  'packages/protocol/src',
]

/** Builds the web app when what it is made of changed. */
export function buildInbox(checkout) {
  const stamp = join(checkout, 'packages/inbox/dist/.built-from')
  const fingerprint = fingerprintOf(checkout)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return
  console.log('Building the web app …')
  const [node, vite] = ['node_modules/node/bin/node', 'node_modules/vite/bin/vite.js'].map((path) =>
    join(checkout, path),
  )
  const { status, stdout, stderr } = spawnSync(existsSync(node) ? node : process.execPath, [vite, 'build'], {
    cwd: join(checkout, 'packages/inbox'),
    encoding: 'utf8',
  })
  if (status !== 0) {
    console.error(stdout, stderr)
    process.exit(status ?? 1)
  }
  writeFileSync(stamp, fingerprint)
}

function fingerprintOf(checkout) {
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
