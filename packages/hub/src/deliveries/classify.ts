import type { ErrorType } from '@portico/protocol'
import { errorTypes } from '@portico/protocol/schemas'
import { type AnswerBody, isRedirect, plainText, readAnswer } from '../channel-requests/answer.ts'
import type { ambiguousCodes } from '../db/constants.ts'
import type { Answer, CallResult } from '../outbound-http/call.ts'
import type { NotSent } from '../outbound-http/failure.ts'
import type { DeliveryErrorCode } from './error-codes.ts'

/** What an attempt ended in: the call's result, or why there is none. */
export type AttemptResult =
  | CallResult
  /** The hub died or was paused while it ran: nobody knows. */
  | { kind: 'lease_expired'; durationMs: number }
  /** The message could not be written down as a request: our mistake. */
  | { kind: 'unsendable'; durationMs: number }
  /** With oauth2: its authorization has ended, and nothing was sent. */
  | { kind: 'not_authorized'; durationMs: number }
  /** We broke before anything left: our mistake too, and perhaps not the next time. */
  | { kind: 'broken'; durationMs: number }

/** The state an attempt leaves its delivery in, and what is told of it. */
export interface Outcome {
  state: 'sent' | 'failed' | 'delayed' | 'not_confirmed'
  errorCode: DeliveryErrorCode | null
  /** A sentence for the teammate, in the channel's own words where it has any: plain text, at most 500 characters. */
  message: string | null
  externalId: string | null
  externalConversationId: string | null
  /** Not before this, as the server asked; null when it did not. */
  retryAfterMs: number | null
  /** For so long the whole channel is left alone; null when there is no reason to. */
  pauseMs: number | null
  /** What the answer lacks, for the log. */
  warning: string | null
  /** What the circuit breaker makes of it; null leaves it as it is. */
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

/** Why nothing was sent, where that says nothing about the channel's server. */
const ours: ReadonlySet<NotSent['code']> = new Set(['no_sockets', 'paused'])

/** The part of a channel that the meaning of an answer depends on. */
interface Classified {
  idempotent: boolean
  /** With oauth2: whether the token that was sent is a new one. */
  token?: { isNew: boolean } | null
}

/** The truth about one attempt: the table of docs/protocol.md, the only one. */
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
        message: 'Portico could not send this message, by a mistake of its own. Nothing was sent.',
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

/** A 401 is the answer to a request that was not looked at; one that speaks of success, or gives an id, contradicts itself. */
function saysNothingWasDone({ type, externalId, externalConversationId }: AnswerBody): boolean {
  return type !== 'success' && externalId === null && externalConversationId === null
}

/** The token is renewed, and the message is sent again. A new token that is refused, too, makes the message fail. */
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

/** A server that asks for time is in order. One that names none gets this. */
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

/** It may have arrived. Only a channel that recognises a repeat is sent it again without asking. */
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

/** An error page in HTML is for nobody; what says nothing of itself is plain text when it is no HTML and no JSON. */
function isPlain(contentType: string | undefined, bodyText: string): boolean {
  return contentType === undefined ? !/^\s*[<{[]/.test(bodyText) : /^\s*text\/plain\b/i.test(contentType)
}

/** The longest that was asked for: application and proxy may both have spoken. Null when nobody names a time to come. */
function retryAfterMs(value: string | undefined, date: string | undefined): number | null {
  // a date is read by the clock of who wrote it
  const now = Date.parse(date ?? '') || Date.now()
  const times = (value ?? '')
    .split(/(?<!\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*),/i)
    .map((text) => timeOf(text.trim(), now))
  const longest = Math.max(...times.filter((ms) => ms > 0))
  return longest > 0 ? longest : null
}

/** As HTTP writes dates, or ISO 8601; of itself Date.parse also reads `-40` and `in 49` as years to come. */
const isDate = /^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|\d{4}-\d\d-\d\dt\d)/i

/** Seconds or a date. */
function timeOf(text: string, now: number): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1_000
  return isDate.test(text) ? Date.parse(text) - now : Number.NaN
}
