import { create as contentDisposition } from 'content-disposition'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ByteRange, FileMissing, type FileStorage, FileStorageUnavailable } from '../file-storage/file-storage.ts'
import { ApiError } from '../http/api-error.ts'
import { note } from '../http/principal.ts'
import type { AttachmentRow } from './queries.ts'
import { isShownInline } from './sniff.ts'

/** Nothing that was uploaded runs, loads or is a page of ours, however it is opened. */
const policy = "default-src 'none'; sandbox"

/**
 * Streams a file. It is saved, whatever it is; with `?inline` what is a picture, sound or film by its bytes is shown. Throws not_found,
 * range_not_satisfiable, file_storage_unavailable.
 */
export async function sendFile(
  storage: FileStorage,
  file: AttachmentRow,
  request: FastifyRequest & { query: { inline?: string } },
  reply: FastifyReply,
) {
  const etag = `"${file.sha256}"`
  const isInline = request.query.inline !== undefined && isShownInline(file.sniffed_type)
  reply
    .header('content-type', isInline ? file.sniffed_type : asType(file.content_type))
    .header('content-disposition', contentDisposition(file.filename, { type: isInline ? 'inline' : 'attachment' }))
    .header('content-security-policy', policy)
    .header('cross-origin-resource-policy', 'same-origin')
    .header('referrer-policy', 'no-referrer')
    .header('accept-ranges', 'bytes')
    .header('etag', etag)
    // kept by the browser, and asked for each time whether the reader may still have it
    .header('cache-control', 'private, no-cache')
  if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
  const range = rangeOf(request, file.size, etag)
  if (range === 'none') {
    reply.header('content-range', `bytes */${file.size}`)
    throw new ApiError('range_not_satisfiable')
  }
  const bytes = await open(storage, file, request, range)
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.size}`)
  reply.header('content-length', range ? range.end - range.start + 1 : file.size)
  return reply.send(bytes)
}

/** A text without a charset is guessed at. */
function asType(type: string): string {
  return type.startsWith('text/') ? `${type}; charset=utf-8` : type
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*')
}

/** The one range that is asked for; of several, and of those for another file, none: the answer is the whole. */
function rangeOf({ headers }: FastifyRequest, size: number, etag: string): ByteRange | 'none' | undefined {
  const { range, 'if-range': condition } = headers
  if (range === undefined || (condition !== undefined && condition !== etag)) return undefined
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range.trim()) ?? []
  if (first === '' && last === '') return undefined
  const start = first === '' ? Math.max(size - Number(last), 0) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined
  return start >= size || start > end ? 'none' : { start, end }
}

async function open(storage: FileStorage, file: AttachmentRow, request: FastifyRequest, range: ByteRange | undefined) {
  try {
    return await storage.read(file.storage_key, range)
  } catch (error) {
    if (error instanceof FileStorageUnavailable) throw new ApiError('file_storage_unavailable')
    if (!(error instanceof FileMissing)) throw error
    note(request, { missing_file: file.storage_key })
    throw new ApiError(
      'not_found',
      'The bytes of this file are not in the storage any more. Ask the operator about its backup.',
    )
  }
}
