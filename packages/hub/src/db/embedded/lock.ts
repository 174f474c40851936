import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOf } from './process.ts'

/** Another hub holds the data folder. */
export class DataDirectoryInUse extends Error {
  readonly pid: number

  constructor(directory: string, pid: number) {
    super(
      `data directory in use by pid ${pid}: ${directory}. Use that hub, stop it, or set PORTICO_DATA to another folder.`,
    )
    this.pid = pid
  }
}

interface Holder {
  pid: number
  start: string
}

/** Holds the data folder for this process until the returned function is called. The lock of a dead process is taken over. */
export function lockDataDirectory(directory: string): () => void {
  const file = join(directory, 'hub.lock')
  const me: Holder = { pid: process.pid, start: startOf(process.pid) ?? '' }
  const mine = `${file}.${process.pid}`
  writeFileSync(mine, JSON.stringify(me), { flush: true })
  try {
    claim(directory, file, mine)
  } finally {
    rmSync(mine, { force: true })
  }
  return () => {
    const holder = readHolder(file)
    if (holder && isSame(holder, me)) rmSync(file, { force: true })
  }
}

/** The pid of the living holder, if any. */
export function holderOf(directory: string): number | null {
  const holder = readHolder(join(directory, 'hub.lock'))
  return holder && isAlive(holder) ? holder.pid : null
}

/**
 * Takes over from a dead holder. Many may try; one succeeds: the successor's file is named after the dead holder, so it can be
 * made once, and replaces the first file only while that is still the dead holder's.
 */
function claim(directory: string, file: string, mine: string): void {
  while (!tryLink(mine, file)) {
    const first = readHolder(file)
    const name = first && succeed(directory, file, mine, first)
    if (!name) continue
    const still = readHolder(file)
    if (still && isSame(still, first)) {
      renameSync(name, file)
      return
    }
    rmSync(name, { force: true })
  }
}

/** The name of the successor's file, or null when the holder changed meanwhile. A successor may have died, too. */
function succeed(directory: string, file: string, mine: string, first: Holder): string | null {
  let last: Holder | null = first
  let path = file
  while (last) {
    if (isAlive(last)) throw new DataDirectoryInUse(directory, last.pid)
    const name: string =
      last.pid === 0 ? `${path}.unreadable` : `${file}.after-${last.pid}-${last.start.replace(/\W/g, '')}`
    if (tryLink(mine, name)) return name
    path = name
    last = readHolder(name)
  }
  return null
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Reads the holder; null when there is no file. An unreadable file (a power cut) counts as a dead holder's. */
function readHolder(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    if (error instanceof SyntaxError) return { pid: 0, start: '' }
    throw error
  }
}

function isAlive(holder: Holder): boolean {
  return holder.pid > 0 && startOf(holder.pid) === holder.start
}

function isSame(a: Holder, b: Holder): boolean {
  return a.pid === b.pid && a.start === b.start
}
