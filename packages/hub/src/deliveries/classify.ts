import type { ErrorType } from '@portico/protocol'
import { errorTypes } from '@portico/protocol/schemas'
import { type AnswerBody, isRedirect, plainText, readAnswer } from '../channel-requests/answer.ts'
import type { ambiguousCodes } from '../db/constants.ts'
import type { Answer, CallResult } from '../outbound-http/call.ts'
import type { NotSent } from '../outbound-http/failure.ts'
import type { DeliveryErrorCode } from './error-codes.ts'

/** The end of an attempt: the result of the call, or the reason why there is none. */
export type AttemptResult =
  | CallResult
  /** The hub died or was suspended during it: the result is unknown. */
  | { kind: 'lease_expired'; durationMs: number }
  /** The message could not be written as a request: a fault of the hub. */
  | { kind: 'unsendable'; durationMs: number }
  /** The authorization of an oauth2 channel has ended, and nothing was sent. */
  | { kind: 'not_authorized'; durationMs: number }
  /** The hub failed before anything was sent: a fault of the hub, perhaps a temporary one. */
  | { kind: 'broken'; durationMs: number }

/** The state of a delivery after an attempt, with its error. */
export interface Outcome {
  state: 'sent' | 'failed' | 'delayed' | 'not_confirmed'
  errorCode: DeliveryErrorCode | null
  /** The message for the teammate, the channel's own if it has one: plain text, at most 500 characters. */
  message: string | null
  externalId: string | null
  externalConversationId: string | null
  /** The earliest time of the next attempt that the server asked for; null when it did not. */
  retryAfterMs: number | null
  /** The time for which the whole channel is paused; null when there is no reason to. */
  pauseMs: number | null
  /** The fault of the response, for the log. */
  warning: string | null
  /** The result for the circuit breaker; null does not change it. */
  isHealthy: boolean | null
}

const refusals: Record<ErrorType, string> = {
  bad_request: 'The channel did not understand the message.',
  authentication_required: 'The channel asks for a valid credential.',
  forbidden: 'The channel does not allow this message.',
  not_found: 'The channel does not know this conversation.',
  request_timeout: 'The channel took too long.',
  too_many_requests: 'The channel takes no more messages for now.',
  internal_error: 'The channel failed.',
}

/** The reasons why nothing was sent that say nothing about the channel's server. */
const ours: ReadonlySet<NotSent['code']> = new Set(['no_sockets', 'paused'])

/** The properties of a channel that the meaning of a response depends on. */
interface Classified {
  idempotent: boolean
  /** Whether the token of an oauth2 channel is a new one. */
  token?: { isNew: boolean } | null
}

/** Classifies an attempt: the implementation of the table in docs/protocol.md, and the only one. */
export function classify(result: AttemptResult, { idempotent, token = null }: Classified): Outcome {
  switch (result.kind) {
    case 'not_sent': {
      const isHealthy = ours.has(result.code) ? null : false
      return outcome({ state: 'delayed', errorCode: result.code, message: result.message, isHealthy })
    }
    case 'ambiguous':
      return ambiguous(idempotent, { errorCode: result.code, message: result.message, isHealthy: false })
    case 'lease_expired':
      return ambiguous(idempotent, {
        errorCode: 'interrupted',
        message: 'Portico was interrupted while the message was being sent.',
      })
    case 'unsendable':
      return outcome({
        state: 'failed',
        errorCode: 'unsendable',
        message: 'Portico could not write this message as a request.',
      })
    case 'not_authorized':
      return outcome({
        state: 'delayed',
        errorCode: 'not_authorized',
        message:
          'The authorization of this channel has ended. An admin has to authorize it again; then the message goes.',
      })
    case 'broken':
      return outcome({
        state: 'delayed',
        errorCode: 'internal',
        message: 'Portico could not send this message, because of an internal error. Nothing was sent.',
      })
    case 'answer':
      return classifyAnswer(result, idempotent, token)
  }
}

function classifyAnswer(answer: Answer, idempotent: boolean, token: Classified['token']): Outcome {
  const { status } = answer
  const retryAfter = answer.headers['retry-after']
  if (status === 429 || (status === 503 && retryAfter !== undefined)) return busy(answer, retryAfter)
  const body = readAnswer(answer.bodyText)
  if (status === 401 && token && !token.isNew && saysNothingWasDone(body)) return tokenRefused(body)
  const refusal = errorTypes.find((code) => code === body.type)
  if (refusal) return refused(refusal, body.message ?? refusals[refusal])
  if (status >= 200 && status < 300) return classifySuccess(body, answer, idempotent)
  if (isRedirect(status)) {
    return refused(
      'redirect_not_followed',
      `The channel's server redirects elsewhere (${status}), which is not followed.`,
    )
  }
  if (status === 413) return refused('message_too_large', 'The message is too large for this channel.')
  const message = messageWithStatus(answer, body)
  if (status >= 300 && status < 500) return refused('refused', message)
  return ambiguous(idempotent, { errorCode: 'server_error', message, isHealthy: false })
}

/** Whether a 401 is plain: the request was not processed. One with success or an id contradicts itself. */
function saysNothingWasDone({ type, externalId, externalConversationId }: AnswerBody): boolean {
  return type !== 'success' && externalId === null && externalConversationId === null
}

/** Renews the token and sends the message again. When a new token is refused too, the message fails. */
function tokenRefused({ message }: AnswerBody): Outcome {
  const why = message ? `: ${message.replace(/\.$/, '')}` : ''
  return outcome({
    state: 'delayed',
    errorCode: 'token_refused',
    message: plainText(
      `The channel's server refused the token${why}. Portico asks for a new one and sends the message again.`,
    ),
    isHealthy: true,
  })
}

function classifySuccess(body: AnswerBody, { status, isUnreadable }: Answer, idempotent: boolean): Outcome {
  const unclear = isUnreadable
    ? `The channel's server answered ${status}, with a body that cannot be read.`
    : `The channel's server answered ${status}, but not that it sent the message.`
  const { externalId, externalConversationId } = body
  const hasIds = externalId !== null || externalConversationId !== null
  if (body.type === 'success' || (body.type === null && hasIds)) {
    const warning = body.warning ?? (externalId === null ? 'the answer has no external_id' : null)
    return outcome({ state: 'sent', externalId, externalConversationId, warning, isHealthy: true })
  }
  return ambiguous(idempotent, {
    errorCode: 'invalid_response',
    message: body.message ?? unclear,
    isHealthy: true,
  })
}

/** The pause of a server that asks for one without a time. */
const PAUSE_MS = 1_000

function busy({ status, headers }: Answer, retryAfter: string | undefined): Outcome {
  const asked = retryAfterMs(retryAfter, headers.date)
  return outcome({
    state: 'delayed',
    errorCode: status === 429 ? 'too_many_requests' : 'service_unavailable',
    message: `The channel's server is busy: it answered ${status}.`,
    retryAfterMs: asked,
    pauseMs: asked ?? PAUSE_MS,
    isHealthy: status === 429 ? true : null,
  })
}

function refused(errorCode: DeliveryErrorCode, message: string | undefined): Outcome {
  return outcome({ state: 'failed', errorCode, message: message ?? null, isHealthy: true })
}

type AmbiguousOutcome = Partial<Outcome> & { errorCode: (typeof ambiguousCodes)[number] }

/** The message may have arrived. Only an idempotent channel is retried automatically. */
function ambiguous(idempotent: boolean, of: AmbiguousOutcome): Outcome {
  return outcome({ ...of, state: idempotent ? 'delayed' : 'not_confirmed' })
}

function outcome(of: Partial<Outcome> & Pick<Outcome, 'state'>): Outcome {
  return {
    errorCode: null,
    message: null,
    externalId: null,
    externalConversationId: null,
    retryAfterMs: null,
    pauseMs: null,
    warning: null,
    isHealthy: null,
    ...of,
  }
}

function messageWithStatus({ status, headers, bodyText }: Answer, body: AnswerBody): string {
  const message = body.message ?? (isPlain(headers['content-type'], bodyText) ? plainText(bodyText) : '')
  return message
    ? plainText(`The channel's server answered ${status}: ${message}`)
    : `The channel's server answered ${status}.`
}

/** The message in a response body: none for HTML; a body without a content type is plain text unless it is HTML or JSON. */
function isPlain(contentType: string | undefined, bodyText: string): boolean {
  return contentType === undefined ? !/^\s*[<{[]/.test(bodyText) : /^\s*text\/plain\b/i.test(contentType)
}

/** The longest Retry-After: application and proxy may both send one. Null when there is none. */
function retryAfterMs(value: string | undefined, date: string | undefined): number | null {
  // a date is relative to the server's own clock
  const now = Date.parse(date ?? '') || Date.now()
  const times = (value ?? '')
    .split(/(?<!\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*),/i)
    .map((text) => timeOf(text.trim(), now))
  const longest = Math.max(...times.filter((ms) => ms > 0))
  return longest > 0 ? longest : null
}

/** Matches dates of HTTP or ISO 8601; Date.parse itself also reads `-40` and `in 49` as future years. */
const isDate = /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\d{4}-\d\d-\d\dt\d)/i

/** Parses seconds or a date. */
function timeOf(text: string, now: number): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000
  return isDate.test(text) ? Date.parse(text) - now : Number.NaN
}
