import type { Readable } from 'node:stream'

/** The bytes of a file are from `start` to `end`, both included. */
export interface ByteRange {
  start: number
  end: number
}

/** Where the bytes of files lie. A key is chosen by the hub, `company/uuid`, and written once. */
export interface FileStorage {
  /** Writes what comes, as it comes. The chunks are the storage's from then on. Durable when it resolves; nothing is left where it rejects. Throws FileStorageFull, FileStorageUnavailable, and what `bytes` throws. */
  write(key: string, bytes: AsyncIterable<Buffer>): Promise<void>
  /** Throws FileMissing, FileStorageUnavailable. */
  read(key: string, range?: ByteRange): Promise<Readable>
  /** Missing files count as removed. */
  remove(keys: string[]): Promise<void>
}

/** No room is left: nothing was stored. */
export class FileStorageFull extends Error {}

/** The storage does not answer, or refuses us. */
export class FileStorageUnavailable extends Error {}

export class FileMissing extends Error {}
