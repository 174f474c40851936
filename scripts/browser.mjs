// Plain JavaScript for Node 20 without dependencies, as install.mjs.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const paths = [
  process.env.PORTICO_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The Chromium that the browser tests drive, or null. */
export function findChromium() {
  return paths.find((path) => path && existsSync(path)) ?? null
}

/** Installs Debian's Chromium when this is root on a Debian; otherwise says what to install. */
export function installChromium() {
  if (findChromium()) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) aptInstall(['chromium', 'fonts-liberation'])
  if (findChromium()) return
  console.error(
    'The browser tests need Chromium. Install it (Debian: sudo apt-get install chromium), ' +
      'or set PORTICO_CHROMIUM to the path of a Chromium or Chrome.',
  )
  process.exit(1)
}

function aptInstall(packages) {
  console.log(`Installing ${packages.join(', ')} from Debian …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const run = (...args) => spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
  run('update', '-q')
  run('install', '-y', '-q', '--no-install-recommends', ...packages)
}
