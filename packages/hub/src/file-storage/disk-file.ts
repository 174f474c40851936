import type { FileHandle } from 'node:fs/promises'
import { Readable, type Writable } from 'node:stream'
import type { ByteRange } from './file-storage.ts'

const READ_BYTES = 256 * 1024

/**
 * The bytes of an open file. Piped, it has one buffer, which is read into again once the system has taken what was in it: a new
 * buffer for each read, as createReadStream has, costs half as much CPU again, most of it for collecting them. Owns the file.
 */
export class DiskFile extends Readable {
  readonly #file: FileHandle
  readonly #end: number
  #position: number

  constructor(file: FileHandle, { start, end }: ByteRange) {
    super({ highWaterMark: READ_BYTES })
    this.#file = file
    this.#position = start
    this.#end = end
  }

  override pipe<Destination extends NodeJS.WritableStream>(destination: Destination): Destination {
    this.#copyTo(destination as unknown as Writable).then(
      () => {
        destination.end()
        this.push(null)
        this.resume()
      },
      (error) => this.destroy(error),
    )
    return destination
  }

  async #copyTo(destination: Writable): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(READ_BYTES)
    for (let chunk = await this.#next(buffer); chunk; chunk = await this.#next(buffer))
      await written(destination, chunk)
  }

  override _read(): void {
    this.#next(Buffer.allocUnsafeSlow(READ_BYTES)).then(
      (chunk) => this.push(chunk),
      (error) => this.destroy(error),
    )
  }

  /** Reads the next bytes into `buffer`; null at the end. */
  async #next(buffer: Buffer): Promise<Buffer | null> {
    const most = Math.min(buffer.length, this.#end + 1 - this.#position)
    if (most === 0) return null
    const { bytesRead } = await this.#file.read(buffer, 0, most, this.#position)
    if (bytesRead === 0) throw new Error('the file is shorter than it was')
    this.#position += bytesRead
    return buffer.subarray(0, bytesRead)
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#file.close().then(() => done(error), done)
  }
}

function written(destination: Writable, chunk: Buffer): Promise<void> {
  return new Promise((resolve, reject) => destination.write(chunk, (error) => (error ? reject(error) : resolve())))
}
