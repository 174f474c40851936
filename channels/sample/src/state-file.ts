import { open, readFile, rename } from 'node:fs/promises'

/** Stores one JSON value in a file. */
export interface StateFile {
  /** Resolves when the state of this moment, or a newer one, is on the disk. */
  save(): Promise<void>
}

/** The value in the file, or null when there is no file yet. */
export async function readState<State>(path: string): Promise<State | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as State
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new Error(`${path} cannot be read as the state of the sample channel. Move it away to start anew.`, {
      cause: error,
    })
  }
}

/** Writes beside the file, then renames: a crash leaves the old state or the new one. Changes during a write go into the next. */
export function stateFile(path: string, state: () => unknown): StateFile {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const write = async () => {
    const beside = `${path}.new`
    const file = await open(beside, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(state()))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, path)
  }
  const begin = () => {
    next = null
    running = write().finally(() => {
      running = null
    })
    return running
  }
  return {
    save() {
      if (!running) return begin()
      next ??= running.then(begin, begin)
      return next
    },
  }
}

/** Stores nothing. */
export const nowhere: StateFile = { save: async () => {} }
