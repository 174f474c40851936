#!/usr/bin/env node
// Plain JavaScript for Node 20: where the Node on the path is too old, the one that npm installed takes over.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const cli = dirname(dirname(fileURLToPath(import.meta.url)))
const program = join(cli, 'src/main.ts')
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 22 || (major === 22 && minor >= 18)) await import(program)
else runWith(join(cli, '../../node_modules/node/bin/node'))

function runWith(node) {
  if (!existsSync(node)) {
    console.error(
      `Portico needs Node 22.18 or newer; this is ${process.versions.node}. Run npm install, or update Node.`,
    )
    process.exit(1)
  }
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: 'inherit' })
  // at a terminal Ctrl-C reaches the child by itself; a second signal would end it at once
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code))
}
