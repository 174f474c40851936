import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { DiskFile } from './disk-file.ts'
import type { FileStorage } from './file-storage.ts'
import { FileMissing, FileStorageFull, FileStorageUnavailable } from './file-storage.ts'

/** Chunks of the network are gathered to this size before they are written. */
const WRITE_BYTES = 256 * 1024

/** Files in a folder of this machine. Several hubs need the same folder, or S3. */
export function storageOnDisk(directory: string): FileStorage {
  const folder = resolve(directory)
  const pathOf = (key: string) => join(folder, key)
  const known = new Set<string>()

  /** The folder of a company, durably there. */
  async function makeFolder(path: string): Promise<void> {
    if (known.has(path)) return
    await mkdir(path, { recursive: true, mode: 0o700 })
    for (let made = path; made.startsWith(folder); made = dirname(made)) await flushFolder(dirname(made))
    known.add(path)
  }

  return {
    async write(key, bytes) {
      const path = pathOf(key)
      await makeFolder(dirname(path)).catch(asFailure)
      const file = await open(path, 'wx', 0o600).catch(asFailure)
      try {
        await writeAll(file, bytes)
        await flushFolder(dirname(path)).catch(asFailure)
      } catch (error) {
        await rm(path, { force: true }).catch(() => {})
        throw error
      }
    },
    async read(key, range) {
      const file = await open(pathOf(key), 'r').catch(asFailure)
      return new DiskFile(file, range ?? { start: 0, end: (await file.stat()).size - 1 })
    },
    async remove(keys) {
      await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })))
    },
  }
}

/** Flushes once, at the end: each flush takes a thread of the few that all files share. Closes the file. */
async function writeAll(file: FileHandle, bytes: AsyncIterable<Buffer>): Promise<void> {
  let waiting: Buffer[] = []
  let waitingBytes = 0
  const write = async () => {
    const pieces = waiting
    waiting = []
    waitingBytes = 0
    await writeWhole(file, pieces).catch(asFailure)
    free(pieces)
  }
  try {
    for await (const chunk of bytes) {
      waiting.push(chunk)
      waitingBytes += chunk.length
      if (waitingBytes >= WRITE_BYTES) await write()
    }
    if (waitingBytes > 0) await write()
    await file.sync().catch(asFailure)
  } finally {
    await file.close()
  }
}

/** A disk that gets full takes a part. */
async function writeWhole(file: FileHandle, pieces: Buffer[]): Promise<void> {
  const { bytesWritten } = await file.writev(pieces)
  for (let left = rest(pieces, bytesWritten); left.length > 0; ) {
    const written = await file.write(left)
    left = left.subarray(written.bytesWritten)
  }
}

/**
 * Gives the memory of what is written back at once. Left to the collector, tens of megabytes of chunks lie about during an upload, and
 * make it run again and again. A chunk that shares its memory with others keeps it.
 */
function free(pieces: Buffer[]): void {
  for (const { buffer, byteLength } of pieces) {
    if (buffer.byteLength === byteLength && buffer instanceof ArrayBuffer) buffer.transfer(0)
  }
}

function rest(pieces: Buffer[], written: number): Buffer {
  const total = pieces.reduce((sum, { length }) => sum + length, 0)
  return written === total ? Buffer.alloc(0) : Buffer.concat(pieces).subarray(written)
}

async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function asFailure(error: NodeJS.ErrnoException): never {
  const { code = '' } = error
  if (code === 'ENOENT') throw new FileMissing('the file is not there', { cause: error })
  if (/^(?:ENOSPC|EDQUOT|EFBIG)$/.test(code)) throw new FileStorageFull('no room is left for files', { cause: error })
  throw new FileStorageUnavailable(`the folder of the files fails: ${code || error.message}`, { cause: error })
}
