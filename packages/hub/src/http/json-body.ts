import { isUtf8 } from 'node:buffer'
import { ApiError } from './api-error.ts'
import { charsetOf } from './media-type.ts'

/** A body's JSON. Throws invalid_json, invalid_body and invalid_character; an empty body is undefined, for the schema to judge. */
export function parseJson(bytes: Buffer, type?: string): unknown {
  if (bytes.length === 0) return undefined
  const text = decode(bytes, charsetOf(type))
  const value = parse(text)
  if (mayBeLarge(text)) refuseLarge(value)
  if (maySmuggle.test(text)) refuseUnstorable(value, 'body')
  return value
}

/** The text that the bytes are, or a refusal: never one that was repaired. */
function decode(bytes: Buffer, charset: string): string {
  if (charset === 'utf-8') {
    if (isUtf8(bytes)) return bytes.toString()
    throw new ApiError('invalid_json', 'The body is not UTF-8.')
  }
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes)
  } catch {
    throw new ApiError('invalid_json', `The body is not ${charset}, which its Content-Type says.`)
  }
}

function parse(text: string): unknown {
  try {
    return text.includes('__proto__') ? JSON.parse(text, withoutProto) : JSON.parse(text)
  } catch {
    // no JSON, or nested so deeply that walking it exhausts the stack
    throw new ApiError('invalid_json')
  }
}

const maxDepth = 64
const maxValues = 20_000

/** Nearly every body passes on three scans. */
function mayBeLarge(text: string): boolean {
  const half = maxDepth / 2
  return hasMore(text, '[', half) || hasMore(text, '{', half) || hasMore(text, ',', maxValues)
}

function hasMore(text: string, character: string, count: number): boolean {
  let at = -1
  for (let found = 0; found <= count; found++) {
    at = text.indexOf(character, at + 1)
    if (at < 0) return false
  }
  return true
}

/** Limits depth and size before other code traverses the value, with calls for each level or an error for each value. */
function refuseLarge(body: unknown): void {
  let values = 0
  for (let level = [body], depth = 0; level.length > 0; level = level.flatMap(childrenOf), depth++) {
    values += level.length
    if (depth > maxDepth) throw new ApiError('invalid_body', undefined, [`body: is nested more than ${maxDepth} deep`])
    if (values > maxValues) throw new ApiError('invalid_body', undefined, [`body: has more than ${maxValues} values`])
  }
}

function childrenOf(value: unknown): unknown[] {
  return value !== null && typeof value === 'object' ? Object.values(value) : []
}

function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value
}

/**
 * PostgreSQL's text refuses U+0000 and jsonb refuses lone surrogates. In JSON both can only be written as escapes
 * (a raw U+0000 is invalid JSON, and UTF-8 has no surrogates), so nearly every body passes on one scan.
 */
const maySmuggle = /\\u(?:0000|d[89a-f])/i

function refuseUnstorable(value: unknown, path: string): void {
  if (typeof value === 'string') refuseText(value, path)
  else if (Array.isArray(value)) for (const [at, item] of value.entries()) refuseUnstorable(item, `${path}[${at}]`)
  else if (value !== null && typeof value === 'object') {
    for (const [key, field] of Object.entries(value)) {
      refuseText(key, path)
      refuseUnstorable(field, `${path}.${key}`)
    }
  }
}

function refuseText(text: string, path: string): void {
  const found = text.includes('\0') ? 'U+0000' : text.isWellFormed() ? null : 'half of a surrogate pair'
  if (found) {
    throw new ApiError('invalid_character', `The text has a character that cannot be stored (${found}).`, [
      `${path.replaceAll('\0', '')}: contains ${found}`,
    ])
  }
}
