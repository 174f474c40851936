import { ExternalId } from '@portico/protocol/schemas'
import { Compile } from 'typebox/compile'

/** The message in the body of a channel server's response; null when it has none. */
export interface AnswerBody {
  type: string | null
  message: string | null
  externalId: string | null
  externalConversationId: string | null
  warning: string | null
}

const MAX_CHARACTERS = 500

/** Whether it names another address; 304 and the like do not. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status)
}

export function readAnswer(text: string): AnswerBody {
  const value = parse(text)
  const body = isObject(value) ? withIdsAsWritten(value, text) : {}
  const [externalId, conversationId] = [idOf(body.external_id), idOf(body.external_conversation_id)]
  return {
    type: typeof body.type === 'string' ? body.type : null,
    message: messageOf(value) || null,
    externalId: externalId.id,
    externalConversationId: conversationId.id,
    warning: externalId.warning ?? conversationId.warning,
  }
}

type Body = Record<string, unknown>

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A number has lost digits when JSON.parse gives it; what the server wrote is in the text. */
function withIdsAsWritten(body: Body, text: string): Body {
  const hasNumber = typeof body.external_id === 'number' || typeof body.external_conversation_id === 'number'
  if (!hasNumber) return body
  try {
    return JSON.parse(text, asWritten)
  } catch {
    // nested so deeply that a reviver exhausts the stack: a number is then no id
    return body
  }
}

const wholeNumber = /^(?:0|-?[1-9]\d*)$/

function asWritten(key: string, value: unknown, context?: { source: string }): unknown {
  const isId = key === 'external_id' || key === 'external_conversation_id'
  return isId && typeof value === 'number' && context && wholeNumber.test(context.source) ? context.source : value
}

/** The id by which the channel may refer to it in a push. */
const storableId = Compile(ExternalId)

/** Text, or a whole number as it was written: of `1e400` or `1.0` nobody knows what the channel will call it next time. */
function idOf(id: unknown): { id: string | null; warning: string | null } {
  if (id === undefined || id === null || id === '') return { id: null, warning: null }
  const isUsable = storableId.Check(id) && !id.includes('\0') && id.isWellFormed()
  return isUsable ? { id, warning: null } : { id: null, warning: 'an id of the answer cannot be stored' }
}

/** The fields of error messages: the protocol's `message` first, then those of OAuth, RFC 9457 and others. */
const messageFields = [
  ...['message', 'error_description', 'detail', 'details', 'errors', 'error', 'description', 'reason', 'title'],
  ...['error_message', 'errorMessage', 'msg'],
]

function messageOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return plainText(value)
  if (depth > 4 || typeof value !== 'object' || value === null) return ''
  if (Array.isArray(value)) return plainText(listed(value.slice(0, 10).map((item) => messageOf(item, depth + 1))))
  const body = value as Body
  for (const field of messageFields) {
    const message = field === 'errors' ? errorsOf(body.errors, depth + 1) : messageOf(body[field], depth + 1)
    if (message !== '') return message
  }
  return ''
}

/** A list of errors, or, as validators give them, what is wrong by field. */
function errorsOf(errors: unknown, depth: number): string {
  const message = messageOf(errors, depth)
  if (message !== '' || !isObject(errors)) return message
  const fields = Object.entries(errors).slice(0, 10)
  return plainText(
    listed(fields.map(([field, value]) => [field, messageOf(value, depth + 1)].filter(Boolean).join(': '))),
  )
}

function listed(messages: string[]): string {
  return messages.filter((message) => message !== '').join('; ')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are what is taken out
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|.)/g

/** Cleans a server's message: one line of at most 500 characters without control characters. */
export function plainText(text: string): string {
  const line = text
    .slice(0, 4 * MAX_CHARACTERS)
    .replace(escapes, '')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return line.toWellFormed().slice(0, MAX_CHARACTERS).toWellFormed()
}

/** The beginning of an answer as it is stored with its attempt: 16 KiB. */
export function excerptOf(bodyText: string): string {
  return bodyText.slice(0, 16_384).toWellFormed().replaceAll('\0', '\ufffd')
}

/** So short a secret is a word like others. */
const shortestSecret = 4

/** Some servers repeat in their errors what was sent. */
export function masked(text: string, secrets: readonly string[]): string {
  const known = secrets.flatMap((secret) => [secret, plainText(secret)])
  return known.reduce((left, one) => (one.length < shortestSecret ? left : left.replaceAll(one, '…')), text)
}
