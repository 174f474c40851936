import { readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { commandOf, startOf } from './process.ts'

/** The facts that a running PostgreSQL writes into postmaster.pid. */
export interface Postmaster {
  pid: number
  socketDirectory: string
  isReady: boolean
}

export function readPostmaster(data: string): Postmaster | null {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
    return { pid: Number(lines[0]), socketDirectory: lines[4] ?? '', isReady: lines[7]?.trim() === 'ready' }
  } catch {
    return null
  }
}

/**
 * Ends the PostgreSQL that a killed hub left behind, so that a new one, with its own pipe to this hub, takes its place.
 * Call it only while holding the data folder's lock: then no living hub uses it.
 */
export async function stopOrphan(data: string): Promise<void> {
  const orphan = readPostmaster(data)
  if (!orphan) return
  if (isPostgresOf(data, orphan.pid)) await stop(orphan.pid)
  rmSync(join(data, 'postmaster.pid'), { force: true })
  removeSocketDirectory(orphan.socketDirectory)
}

export function removeSocketDirectory(directory: string): void {
  if (/^portico-\w{6}$/.test(basename(directory))) rmSync(directory, { recursive: true, force: true })
}

/** Stops PostgreSQL by a fast shutdown, and after three seconds by an immediate one, from which it recovers by its log. */
export async function stop(pid: number): Promise<void> {
  signal(pid, 'SIGINT')
  for (const until = Date.now() + 3_000; startOf(pid) !== null && Date.now() < until; ) await wait(20)
  signal(pid, 'SIGQUIT')
  while (startOf(pid) !== null) await wait(20)
}

/** Distinguishes this server from another with its pid after a power cut, by the folder in the command line. */
function isPostgresOf(data: string, pid: number): boolean {
  return startOf(pid) !== null && `${commandOf(pid).trim()} `.includes(`postgres -D ${data} `)
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // the process has ended
  }
}
