import { UnsuitableDatabase } from '../db/check.ts'
import { NoEmbeddedDatabase } from '../db/embedded/binaries.ts'
import { DataNotOurs } from '../db/embedded/location.ts'
import { DataDirectoryInUse } from '../db/embedded/lock.ts'
import { NoUnprivilegedUser } from '../db/embedded/owner.ts'
import { EmbeddedFailure } from '../db/embedded/server.ts'
import { StorageUnavailable } from '../db/failures.ts'
import { MasterKeyError } from '../secrets/master-key.ts'
import { readSettings, SettingsError } from '../settings/settings.ts'
import { banner } from './banner.ts'
import { markRunning } from './running.ts'
import { type Portico, startPortico } from './start.ts'

/** Runs Portico until a signal: the first ends it gracefully, the second at once. Never returns. */
export async function runPortico(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  try {
    const settings = readSettings(env)
    process.once('exit', markRunning())
    const stopping = endOnSignal()
    const portico = await startPortico(settings)
    process.stdout.write(banner(portico.facts))
    process.on('unhandledRejection', (error) => portico.report(error))
    stopping.started(portico)
  } catch (error) {
    process.stderr.write(`portico: ${words(error)}\n`)
    process.exit(isConfiguration(error) ? 78 : 1)
  }
}

function endOnSignal() {
  let isEnding = false
  let started: (portico: Portico) => void = () => {}
  const portico = new Promise<Portico>((resolve) => {
    started = resolve
  })
  const end = async (code: number) => {
    if (isEnding) process.exit(code)
    isEnding = true
    process.stdout.write('\n  Stopping …  (once more to stop at once)\n')
    await (await portico).close()
    process.exit(0)
  }
  process.on('SIGINT', () => void end(130))
  process.on('SIGTERM', () => void end(143))
  // the terminal is gone; end as for Ctrl-C
  process.on('SIGHUP', () => void end(129))
  if (process.env.npm_lifecycle_event === 'start') whenParentEnds(() => void end(143))
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  return { started }
}

/** Ends the hub when npm, its parent, was killed, which sends no signal: hub and database would run on unseen. */
function whenParentEnds(end: () => void): void {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    end()
  }, 500)
  watch.unref()
}

/** Errors that end with EX_CONFIG (sysexits): settings or database are to blame. */
const configuration = [SettingsError, UnsuitableDatabase, MasterKeyError, NoEmbeddedDatabase]

/** Errors whose message was written for the operator; any other is a bug and is shown with its stack. */
const refusals = [...configuration, DataDirectoryInUse, DataNotOurs, EmbeddedFailure, NoUnprivilegedUser]

function isConfiguration(error: unknown): boolean {
  return configuration.some((kind) => error instanceof kind)
}

/** The message for the operator. */
export function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if ('code' in error && error.code === 'EADDRINUSE' && 'port' in error) {
    return `port ${error.port} is taken by another program. Stop it, or set PORT to another number.`
  }
  if ('code' in error && error.code === 'EACCES' && 'port' in error) {
    return `port ${error.port} may not be used by this account. Set PORT to a number above 1023.`
  }
  if (error instanceof StorageUnavailable) {
    const { message } = error.cause as Error
    return `the database cannot be reached: ${message || 'connection refused'}. Look at DATABASE_URL and at PostgreSQL.`
  }
  return refusals.some((kind) => error instanceof kind) ? error.message : (error.stack ?? error.message)
}
