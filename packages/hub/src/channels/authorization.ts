import { STATUS_CODES } from 'node:http'
import { ApiError } from '../http/api-error.ts'
import { type AddressRules, refuseUrl } from '../outbound-http/addresses.ts'
import type { Answer, CallResult } from '../outbound-http/call.ts'

/**
 * The webhook URL out of a channel server's answer to the authorization request (dossier 2.3, 2.5): absolute, stored as
 * given; without one, the request's own URL. Anything but a plain yes throws channel_refused,
 * channel_server_unreachable, url_not_allowed, blocked_address or loop, with the reason in words.
 */
export function readAuthorization(result: CallResult, serverUrl: string, allow: AddressRules): string {
  if (result.kind !== 'answer') throw noAnswer(result)
  const body = jsonObject(result.bodyText)
  if (result.status >= 200 && result.status < 300 && body?.type === 'success') {
    return webhookOf(body.webhook_url, serverUrl, allow)
  }
  throw new ApiError('channel_refused', whyRefused(result, body))
}

function noAnswer(result: Exclude<CallResult, Answer>): ApiError {
  if (result.code === 'blocked_address' || result.code === 'loop') return new ApiError(result.code, result.message)
  if (result.code === 'timeout') {
    return new ApiError(
      'channel_server_unreachable',
      "The channel's server did not answer within 7 seconds. Check that it runs, and try again.",
    )
  }
  return new ApiError('channel_server_unreachable', `${result.message} Check that it runs and that its URL is right.`)
}

function whyRefused({ status, headers, bodyText }: Answer, body: Record<string, unknown> | null): string {
  const said = saidBy(body)
  if (said) return `The channel's server refused: ${said}`
  if (status >= 300 && status < 400) {
    return `The channel's server sent us elsewhere (${status}), and redirects are not followed. Register the URL where it really answers.`
  }
  const excerpt = plain(bodyText, 200)
  const what = `${status}${STATUS_CODES[status] ? ` ${STATUS_CODES[status]}` : ''}${excerpt && ` with "${excerpt}"`}`
  if (status >= 400) return `The channel's server refused the request: it answered ${what}.`
  const isEmpty = bodyText === '' || headers['content-length'] === '0'
  return isEmpty
    ? `The channel's server answered ${status} without a word; to accept it answers {"type":"success"}.`
    : `The channel's server answered ${what}; to accept it answers {"type":"success"}.`
}

/** Its own words: `message`, wherever its answer has one. */
function saidBy(body: Record<string, unknown> | null): string {
  return typeof body?.message === 'string' ? plain(body.message, 500) : ''
}

function webhookOf(given: unknown, serverUrl: string, allow: AddressRules): string {
  if (given === undefined || given === null || given === '') return serverUrl
  if (typeof given !== 'string') {
    throw new ApiError('channel_refused', "The channel's server answered with a webhook_url that is not text.")
  }
  const absolute = URL.canParse(given) ? given : URL.parse(given, serverUrl)?.href
  const refusal = absolute === undefined ? null : refuseUrl(absolute, allow)
  if (absolute === undefined || absolute.length > 2_000) {
    throw new ApiError('url_not_allowed', "The channel's server answered with a webhook_url that is not a URL.")
  }
  if (refusal)
    throw new ApiError(
      refusal.code,
      `The channel's server answered with a webhook_url we may not call. ${refusal.message}`,
    )
  return absolute
}

function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** A stranger's text on one line, without control characters or halves of characters (S53). */
function plain(text: string, limit: number): string {
  const oneLine = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .toWellFormed()
    .trim()
  return oneLine.length > limit ? `${oneLine.slice(0, limit).toWellFormed()}…` : oneLine
}
