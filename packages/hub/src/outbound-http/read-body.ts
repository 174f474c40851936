import type { Transform } from 'node:stream'
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib'

/** The limit of a response as received, of each decompressed layer, and of the text. */
export const READ_LIMIT = 64 * 1024
const MAX_CODINGS = 4

export interface BodyHeaders {
  'content-encoding'?: string | undefined
  'content-type'?: string | undefined
}

/** The text of a response body in any valid encoding; null when it is not text. */
export async function readBody(bytes: Buffer, headers: BodyHeaders): Promise<string | null> {
  if (bytes.length === 0) return ''
  const plain = await unpack(bytes, headers['content-encoding'] ?? '')
  return plain && asText(plain, headers['content-type'] ?? '')
}

/** An unknown coding ("utf-8", "none"), or one that was not applied, leaves the bytes unchanged if they are text. */
async function unpack(bytes: Buffer, contentEncoding: string): Promise<Buffer | null> {
  const codings = contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity')
  if (codings.length > MAX_CODINGS) return null
  let packed = bytes
  for (const coding of codings.toReversed()) {
    const decoder = decoderOf(coding, packed)
    const unpacked = decoder && (await beginningOf(decoder, packed))
    if (!unpacked) return isPlainText(packed) ? packed : null
    packed = unpacked
  }
  return packed
}

/** A response that was cut at the limit is decompressed as far as possible. */
const asFarAsItGoes = { finishFlush: constants.Z_SYNC_FLUSH }

function decoderOf(coding: string, bytes: Buffer): Transform | null {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip(asFarAsItGoes)
    case 'deflate':
      // zlib's format by the letter of HTTP, the bare stream by custom
      return hasZlibHeader(bytes) ? createInflate(asFarAsItGoes) : createInflateRaw(asFarAsItGoes)
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH })
    default:
      return null
  }
}

function hasZlibHeader(bytes: Buffer): boolean {
  return bytes.length >= 2 && (bytes[0]! & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0
}

/** Null when nothing could be unpacked. Never more than the limit, however much is packed into it. */
async function beginningOf(decoder: Transform, packed: Buffer): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let size = 0
  decoder.end(packed)
  try {
    for await (const chunk of decoder) {
      chunks.push(chunk)
      size += chunk.length
      if (size >= READ_LIMIT) break
    }
  } catch {
    if (size === 0) return null
  }
  return Buffer.concat(chunks).subarray(0, READ_LIMIT)
}

function isPlainText(bytes: Buffer): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those that no text has
  return !/[\0-\x08\x0e-\x1a\x1c-\x1f]/.test(bytes.toString('latin1'))
}

/** Decodes by the byte order mark, else the declared charset, else UTF-8; invalid UTF-8 is read as windows-1252. */
function asText(bytes: Buffer, contentType: string): string | null {
  const named = decoderFor(unicodeOf(bytes) ?? charsetOf(contentType) ?? 'utf-8')
  if (named && named.encoding !== 'utf-8') return named.decode(bytes)
  return strictly('utf-8', bytes) ?? (isPlainText(bytes) ? strictly('windows-1252', bytes) : null)
}

function unicodeOf(bytes: Buffer): string | null {
  const [first, second] = bytes
  if (bytes.length < 2) return null
  if (first === 0xef && second === 0xbb) return 'utf-8'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be'
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le'
  return null
}

function charsetOf(contentType: string): string | null {
  return /;\s*charset\s*=\s*["']?([^\s;"',]+)/i.exec(contentType)?.[1] ?? null
}

function decoderFor(label: string): TextDecoder | null {
  try {
    return new TextDecoder(label)
  } catch {
    return null
  }
}

/** Null for bytes that it cannot be. What the limit cut off in the middle of a character does not count. */
function strictly(label: string, bytes: Buffer): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: bytes.length >= READ_LIMIT })
  } catch {
    return null
  }
}
