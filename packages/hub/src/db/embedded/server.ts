import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { renameFolder } from '../durable-files.ts'
import type { ClusterLocation } from './location.ts'
import { readPostmaster, stop } from './postmaster.ts'
import { startOf } from './process.ts'

/** PostgreSQL did not start; `message` ends with what it said. */
export class EmbeddedFailure extends Error {}

/**
 * The watchdog: ends PostgreSQL when the pipe on descriptor 3 closes, because the hub at its other end ended in any way, and
 * then removes the socket's folder ($1) with $2.
 */
const watchdog = `
directory=$1 remove=$2; shift 2
"$@" 3<&- & postgres=$!
(
  read -r _ <&3
  trap "" TERM
  kill -INT $postgres
  while kill -0 $postgres; do sleep 0.1; done
  $remove "$directory"
) 2>/dev/null & watch=$!
wait $postgres; code=$?
kill $watch 2>/dev/null
exit $code`

/**
 * The server's settings, for a machine shared with other work. The settings for durable commits are on, whatever `alter system`
 * or a file says. Statements and details stay out of the log, because they hold customers' texts.
 */
const settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '100',
  shared_buffers: '128MB',
  max_wal_size: '2GB',
  wal_compression: 'on',
  jit: 'off',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
}

export interface Server {
  child: ChildProcess
  stop(): Promise<void>
}

export function hasCluster({ directory }: ClusterLocation): boolean {
  return existsSync(join(directory, 'data/PG_VERSION'))
}

/** The locale that is the same on every machine (PostgreSQL 17 and newer). */
const builtinLocale = ['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']

/** Makes the cluster under another name and renames it, so that an unfinished one is never used. */
export function createCluster(location: ClusterLocation, locale: string[] = builtinLocale): void {
  const unfinished = join(location.directory, 'unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  const { status, stderr } = spawnSync(
    join(location.binaries, 'bin/initdb'),
    ['--pgdata', unfinished, '--username=postgres', '--auth=trust', '--encoding=UTF8', ...locale],
    { ...location.owner, cwd: '/', env: cleanEnvironment(), encoding: 'utf8' },
  )
  if (status !== 0) throw new EmbeddedFailure(`PostgreSQL could not make its data directory: ${stderr?.trim()}`)
  renameFolder(unfinished, join(location.directory, 'data'))
}

/** Starts PostgreSQL in a session of its own, out of reach of the terminal's Ctrl-C, and waits until it is ready. */
export async function startServer(
  location: ClusterLocation,
  socketDirectory: string,
  { more = {}, remove = 'rmdir' }: { more?: Record<string, string>; remove?: 'rmdir' | 'rm -rf' } = {},
): Promise<Server> {
  refuseOtherVersion(location)
  const log = openSync(join(location.directory, 'log'), 'w', 0o600)
  const options = Object.entries({ ...settings, ...more, unix_socket_directories: socketDirectory })
  const child = spawn(
    '/bin/sh',
    [
      ...['-c', watchdog, 'sh', socketDirectory, remove],
      ...[join(location.binaries, 'bin/postgres'), '-D', join(location.directory, 'data')],
      ...options.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { ...location.owner, cwd: '/', env: cleanEnvironment(), detached: true, stdio: ['ignore', log, log, 'pipe'] },
  )
  closeSync(log)
  child.stdio[3]?.on('error', () => {})
  const server = { child, stop: () => stopServer(child, location) }
  await untilReady(child, location)
  return server
}

async function untilReady(child: ChildProcess, location: ClusterLocation): Promise<void> {
  const data = join(location.directory, 'data')
  while (child.exitCode === null && child.signalCode === null) {
    const postmaster = readPostmaster(data)
    if (postmaster?.isReady && startOf(postmaster.pid) !== null) return
    await wait(15)
  }
  throw new EmbeddedFailure(`PostgreSQL did not start: ${lastLogLines(location)}`)
}

async function stopServer(child: ChildProcess, location: ClusterLocation): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const postmaster = readPostmaster(join(location.directory, 'data'))
  child.stdio[3]?.destroy()
  if (postmaster) await stop(postmaster.pid)
  await ended
}

function refuseOtherVersion(location: ClusterLocation): void {
  const found = readFileSync(join(location.directory, 'data/PG_VERSION'), 'utf8').trim()
  const { stdout } = spawnSync(join(location.binaries, 'bin/postgres'), ['--version'], { cwd: '/', encoding: 'utf8' })
  const ours = /(\d+)\./.exec(stdout ?? '')?.[1]
  if (found === ours) return
  throw new EmbeddedFailure(`the data directory is PostgreSQL ${found}'s, and this Portico brings ${ours ?? 'none'}`)
}

function lastLogLines({ directory }: ClusterLocation): string {
  return readFileSync(join(directory, 'log'), 'utf8').trim().split('\n').slice(-3).join(' · ')
}

/** An environment without the hub's, which has secrets and may have PG* settings. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C' }
}
