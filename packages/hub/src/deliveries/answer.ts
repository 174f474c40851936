/** What a channel server said in the body of its answer; null where it said nothing that can be used. */
export interface SaidBody {
  type: string | null
  message: string | null
  externalId: string | null
  externalConversationId: string | null
  warning: string | null
}

const MAX_ID = 200
const MAX_WORDS = 500

export function readAnswer(text: string): SaidBody {
  const body = parseObject(text)
  const [externalId, conversationId] = [idOf(body.external_id), idOf(body.external_conversation_id)]
  return {
    type: typeof body.type === 'string' ? body.type : null,
    message: wordsOf(body),
    externalId: externalId.id,
    externalConversationId: conversationId.id,
    warning: externalId.warning ?? conversationId.warning,
  }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

function idOf(value: unknown): { id: string | null; warning: string | null } {
  if (value === undefined || value === null || value === '') return { id: null, warning: null }
  const id = typeof value === 'number' ? String(value) : value
  const isUsable = typeof id === 'string' && id.length <= MAX_ID && !id.includes('\0') && id.isWellFormed()
  return isUsable ? { id, warning: null } : { id: null, warning: 'an id of the answer cannot be kept' }
}

/** `message`, or where other servers put it: `error.message`, `error`. */
function wordsOf(body: Record<string, unknown>): string | null {
  const error = body.error as { message?: unknown } | string | null | undefined
  const words = [body.message, typeof error === 'object' ? error?.message : error].find(
    (one) => typeof one === 'string',
  )
  return plainText(words ?? '') || null
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminal escapes are what is taken out
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|.)/g

/** One line of at most 500 characters without control characters, whatever a server sent (S53). */
export function plainText(text: string): string {
  const line = text
    .slice(0, 4 * MAX_WORDS)
    .replace(escapes, '')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
  return line.toWellFormed().slice(0, MAX_WORDS).toWellFormed()
}

/** The beginning of an answer as it is kept with its attempt: 16 KiB. */
export function excerptOf(bodyText: string): string {
  return bodyText.slice(0, 16_384).toWellFormed().replaceAll('\0', '\ufffd')
}
