import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'

// A file's bytes are durable after its own fsync, its name after that of its folder: both are needed before an acknowledgement.

/** Makes a folder and those above it that are missing. */
export function makeFolder(path: string, mode: number): void {
  const whole = resolve(path)
  // an existing folder may be from a start that a power cut ended
  const first = mkdirSync(whole, { recursive: true, mode }) ?? whole
  for (let made = whole; ; made = dirname(made)) {
    flushFolder(dirname(made))
    if (made === resolve(first)) return
  }
}

/** Writes a file atomically: after a power cut it is whole or absent. Throws EEXIST when it exists. */
export function writeNewFile(path: string, text: string, mode: number): void {
  const unfinished = `${path}.${process.pid}`
  writeFileSync(unfinished, text, { mode, flush: true })
  try {
    linkSync(unfinished, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    // a disk without hard links
    writeFileSync(path, text, { mode, flag: 'wx', flush: true })
  } finally {
    rmSync(unfinished, { force: true })
  }
  flushFolder(dirname(path))
}

/** Renames a folder after flushing everything in it. */
export function renameFolder(from: string, to: string): void {
  renameSync(from, to)
  flushFolder(dirname(to))
}

export function flushTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) flushTree(path)
    else if (entry.isFile()) flush(path)
  }
  flushFolder(directory)
}

/** Flushes a folder. Errors of systems that cannot open or flush folders are ignored, as PostgreSQL ignores them. */
function flushFolder(directory: string): void {
  try {
    flush(directory)
  } catch (error) {
    if (!/^(?:EACCES|EISDIR|EBADF|EINVAL|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

function flush(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
