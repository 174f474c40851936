import { createHash, randomUUID } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import { type FileStorage, FileStorageFull, FileStorageUnavailable } from '../file-storage/file-storage.ts'
import { ApiError } from '../http/api-error.ts'
import type { Allowance, FileReceiver, FileRules, ReceivedFile } from '../http/files.ts'
import { type ArrivingFile, maxFileBytes } from '../http/form.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { cleanFilename } from './filename.ts'
import { beginAttachment, dropUnused, finishAttachment, type Uploader } from './queries.ts'
import { requireAllowed } from './rules.ts'
import { declaredType, sniff, sniffedBytes } from './sniff.ts'
import { measure } from './thumbnails.ts'

export interface StoreDeps {
  db: Database
  storage: FileStorage
  log: Pick<Logger, 'warn' | 'error'>
}

export function uploaderOf(principal: Principal): Uploader {
  const { companyId, kind } = principal
  switch (kind) {
    case 'teammate':
      return { companyId, kind, id: principal.teammateId }
    case 'api_token':
      return { companyId, kind, id: principal.apiTokenId }
    case 'channel':
      return { companyId, kind, id: principal.channelId }
  }
}

/** Stores the files of requests while they arrive. */
export function fileReceiver(deps: StoreDeps): FileReceiver {
  return {
    receive: (request, file, allowance) => storeUpload(deps, uploaderOf(requirePrincipal(request)), file, allowance),
    discard: (request, files) => discard(deps, request, files),
  }
}

/**
 * Stores one file durably while it arrives; until it has an owner it is its uploader's. Throws body_too_large, file_not_allowed,
 * file_storage_full, file_storage_unavailable, StorageUnavailable, and what the bytes throw; then nothing of it is kept.
 */
async function storeUpload(
  { db, storage, log }: StoreDeps,
  uploader: Uploader,
  file: ArrivingFile,
  allowance: Allowance,
): Promise<ReceivedFile> {
  const filename = cleanFilename(file.filename)
  const contentType = declaredType(file.contentType)
  requireAllowed({ filename, content_type: contentType }, allowance)
  const storageKey = `${uploader.companyId}/${randomUUID()}`
  const id = await beginAttachment(db, uploader, { storageKey, filename, contentType })
  const meter = new Meter(file.bytes, allowance)
  try {
    await storage.write(storageKey, meter)
    const sniffedType = await sniff(meter.beginning)
    const pixels = await measure(storage, uploader.companyId, { storageKey, size: meter.size, sniffedType })
    await finishAttachment(db, uploader.companyId, id, {
      size: meter.size,
      sha256: meter.sha256(),
      sniffedType,
      pixels,
    })
    return { id, filename, contentType, sniffedType, size: meter.size, sha256: meter.sha256(), pixels }
  } catch (error) {
    await dropUnused(db, uploader.companyId, [id]).catch(() => {})
    throw asRefusal(error, log)
  }
}

/** The facts of a file once all of its bytes were read. */
class Meter {
  readonly #bytes: AsyncIterable<Buffer>
  readonly #allowance: Allowance
  readonly #hash = createHash('sha256')
  #digest: string | undefined
  beginning: Buffer = Buffer.alloc(0)
  size = 0

  constructor(bytes: AsyncIterable<Buffer>, allowance: Allowance) {
    this.#bytes = bytes
    this.#allowance = allowance
  }

  async *[Symbol.asyncIterator]() {
    for await (const chunk of this.#bytes) {
      this.size += chunk.length
      this.#allowance.bytesLeft -= chunk.length
      if (this.#allowance.bytesLeft < 0) throw tooLarge(this.#allowance)
      if (this.beginning.length < sniffedBytes)
        this.beginning = Buffer.concat([this.beginning, chunk]).subarray(0, sniffedBytes)
      this.#hash.update(chunk)
      yield chunk
    }
  }

  sha256(): string {
    this.#digest ??= this.#hash.digest('hex')
    return this.#digest
  }
}

function tooLarge({ maxBytes = maxFileBytes }: FileRules): ApiError {
  const megabytes = Math.round((maxBytes / 1024 / 1024) * 10) / 10
  return new ApiError('body_too_large', `The files of a message may have ${megabytes} MB in all. Send less, or a link.`)
}

function asRefusal(error: unknown, log: StoreDeps['log']): unknown {
  if (error instanceof FileStorageFull) {
    log.error({ err: error }, 'the storage of files is full')
    return new ApiError('file_storage_full')
  }
  if (!(error instanceof FileStorageUnavailable)) return error
  log.error({ err: error }, 'the storage of files is not available')
  return new ApiError('file_storage_unavailable')
}

/** Files of a request that came to nothing. What cannot be removed now is removed when it expires. */
async function discard({ db, log }: StoreDeps, request: FastifyRequest, files: ReceivedFile[]): Promise<void> {
  const { companyId } = requirePrincipal(request)
  const ids = files.map(({ id }) => id)
  await dropUnused(db, companyId, ids).catch((error) => log.warn({ err: error }, 'files of a request were not removed'))
}
