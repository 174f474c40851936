import { ApiError } from './api-error.ts'

/** A body's JSON. Throws invalid_json and invalid_character; an empty body is undefined, for the schema to judge. */
export function parseJson(text: string): unknown {
  if (text === '') return undefined
  try {
    const value: unknown = text.includes('__proto__') ? JSON.parse(text, withoutProto) : JSON.parse(text)
    if (maySmuggle.test(text)) refuseUnstorable(value, 'body')
    return value
  } catch (error) {
    if (error instanceof ApiError) throw error
    // no JSON, or nested so deeply that walking it exhausts the stack
    throw new ApiError('invalid_json')
  }
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
