import { createHash } from 'node:crypto'
import { uploadFile } from '../api.ts'
import { type FileLine, mostFileBytes } from './format.ts'

/** A file of which the parts come line by line. */
export class ArrivingFile {
  readonly #line: FileLine
  readonly #parts: Buffer[] = []
  #bytes = 0

  /** Throws where it is larger than a message's files may be. */
  constructor(line: FileLine) {
    this.#line = line
    if (!Number.isInteger(line.size) || line.size < 0 || line.size > mostFileBytes)
      throw new Error(`size: must be from 0 to ${mostFileBytes} bytes`)
    this.add(line.base64)
  }

  get isWhole(): boolean {
    return this.#bytes === this.#line.size
  }

  /** Throws where it is not base64, or too much. */
  add(base64: unknown): void {
    if (typeof base64 !== 'string') throw new Error('base64: is missing')
    const part = Buffer.from(base64, 'base64')
    if (part.toString('base64') !== base64) throw new Error('base64: is not base64')
    this.#parts.push(part)
    this.#bytes += part.length
    if (this.#bytes > this.#line.size) throw new Error(`base64: the file has more than its ${this.#line.size} bytes`)
  }

  /** Its id in the hub. Throws where the bytes are others than the line says, and ApiProblem. */
  async upload(): Promise<string> {
    const { sha256, filename, content_type, is_inline, cid } = this.#line
    const bytes = Buffer.concat(this.#parts)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new Error('sha256: is not that of the bytes')
    const file = new File([bytes], filename, { type: content_type })
    return uploadFile(file, { ...(is_inline && { is_inline: 'true' }), ...(cid !== undefined && { cid }) })
  }
}
