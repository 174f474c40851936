import type { IncomingMessage } from 'node:http'
import { ApiError } from './api-error.ts'

const json = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i
/** A Content-Encoding that is none. */
const asItIs = /^[\s,]*(?:identity[\s,]*)*$/i
const untyped = /^text\/plain\s*(?:;|$)/i

/**
 * Refuses a body that is not plain JSON before a byte of it is read. Programs send JSON with no type or as text/plain, so
 * who shows a token is read leniently. Never who has a cookie: any page may send text/plain with it, without asking first.
 */
export function refuseOtherMedia(request: IncomingMessage, lenient: boolean): void {
  const { headers } = request
  const type = headers['content-type']
  if (type === 'application/json' && headers['content-encoding'] === undefined) return
  refuseCompressed(request)
  if (type === undefined ? lenient || !hasBody(request) : json.test(type) || (lenient && untyped.test(type))) {
    charsetOf(type)
    return
  }
  throw new ApiError('unsupported_media_type', sentenceFor(type))
}

export function refuseCompressed({ headers }: IncomingMessage): void {
  if (asItIs.test(headers['content-encoding'] ?? '')) return
  throw new ApiError('unsupported_media_type', 'Compressed bodies are not accepted. Send the JSON as it is.')
}

export function hasBody({ headers }: IncomingMessage): boolean {
  if (headers['transfer-encoding'] !== undefined) return true
  return headers['content-length'] !== undefined && headers['content-length'] !== '0'
}

function sentenceFor(type: string | undefined): string {
  if (type === undefined) return 'Say what the body is: send it with Content-Type: application/json.'
  if (/^multipart\//i.test(type)) {
    return 'This address takes no files (multipart/form-data). Send application/json.'
  }
  return 'Send the body as JSON, with Content-Type: application/json.'
}

const charset = /;\s*charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;]*))/i

/** The decoder of a body of this type. Throws unsupported_media_type for an unknown charset. */
export function charsetOf(type: string | undefined): string {
  const found = type?.includes(';') ? charset.exec(type) : null
  if (!found) return 'utf-8'
  const name = found[1] ?? found[2] ?? found[3] ?? ''
  // a part of UTF-8, which TextDecoder would read as windows-1252
  if (/^(?:us-)?ascii$/i.test(name)) return 'utf-8'
  try {
    return new TextDecoder(name).encoding
  } catch {
    throw new ApiError('unsupported_media_type', `The charset ${JSON.stringify(name)} is not known. Send UTF-8.`)
  }
}
