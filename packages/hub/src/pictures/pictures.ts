import { TaskFailed, ThreadPool } from '../bodies/thread-pool.ts'
import { decodingProcess } from './process.ts'

export interface Size {
  width: number
  height: number
}

export interface Thumbnail extends Size {
  /** WebP. */
  bytes: Uint8Array
}

/** A task for the process. */
export interface Asked {
  does: 'measure' | 'shrink' | 'crop'
  bytes: Uint8Array
}

/** A decoder takes up to about 300 MB for the largest picture: two at a time, one of a company. */
const pool = new ThreadPool(decodingProcess, {
  threads: 2,
  runMs: 10_000,
  waitMs: 10_000,
  waiting: 200_000_000,
  waitingOfOne: 100_000_000,
  idleMs: 20_000,
})

/** The types of which there are thumbnails; what a file is, its bytes have said. */
export const pictureTypes: ReadonlySet<string> = new Set(['image/jpeg', 'image/png', 'image/gif', 'image/webp'])

/** How large a picture is seen; null where it cannot be decoded, or nobody was free to look. */
export function sizeOfPicture(companyId: number, bytes: Uint8Array): Promise<Size | null> {
  return asked(companyId, { does: 'measure', bytes }).catch(() => null) as Promise<Size | null>
}

/** Null: it is no picture, a broken one, or larger than is decoded. Throws TaskFailed where nobody was free in time. */
export function thumbnailOf(companyId: number, bytes: Uint8Array): Promise<Thumbnail | null> {
  return made(companyId, { does: 'shrink', bytes })
}

/** The same, cut to a square. */
export function squareOf(companyId: number, bytes: Uint8Array): Promise<Thumbnail | null> {
  return made(companyId, { does: 'crop', bytes })
}

async function made(companyId: number, task: Asked): Promise<Thumbnail | null> {
  try {
    return (await asked(companyId, task)) as Thumbnail
  } catch (error) {
    if (error instanceof TaskFailed && error.isItsOwnFault) return null
    throw error
  }
}

const asked = (companyId: number, input: Asked) => pool.run(companyId, input, input.bytes.length)
