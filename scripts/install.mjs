// Plain JavaScript for Node 20 without dependencies: it runs before anything is installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** Installs the packages of package-lock.json when node_modules differs from it. */
export function install(checkout) {
  if (isInstalled(checkout)) return
  const hub = runningHub(checkout)
  if (hub !== null) {
    console.error(`The dependencies changed, and a hub of this checkout runs (pid ${hub}). Stop it, then start again.`)
    process.exit(1)
  }
  console.log('Installing dependencies …')
  // not `npm ci`: it refuses a lockfile that lacks a package for another platform, and a registry need not have them all
  const { status } = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: checkout,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

/** npm records in node_modules what it installed; a failed install leaves no record. */
function isInstalled(checkout) {
  const installed = readPackages(join(checkout, 'node_modules/.package-lock.json'))
  if (installed === null) return false
  const wanted = readPackages(join(checkout, 'package-lock.json')) ?? {}
  const isThere = ([name, entry]) => {
    const found = installed[name]
    if (!found) return entry.optional === true || entry.devOptional === true || isWorkspace(name)
    return found.version === entry.version && found.integrity === entry.integrity
  }
  return Object.entries(wanted).every(isThere)
}

function isWorkspace(name) {
  return !name.includes('node_modules/')
}

function readPackages(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).packages : null
}

/** The pid of a hub that runs from this checkout: a running hub has a file named after its pid. */
function runningHub(checkout) {
  const directory = join(checkout, 'node_modules/.portico/hubs')
  if (!existsSync(directory)) return null
  for (const name of readdirSync(directory)) {
    if (isHub(Number(name))) return Number(name)
    rmSync(join(directory, name), { force: true })
  }
  return null
}

function isHub(pid) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code !== 'EPERM') return false
  }
  const commandLine = `/proc/${pid}/cmdline`
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('portico')
}
