import { STATUS_CODES } from 'node:http'
import { isRedirect, plainText, readAnswer } from '../channel-requests/answer.ts'
import { ApiError } from '../http/api-error.ts'
import { type AddressRules, refuseUrl } from '../outbound-http/addresses.ts'
import type { Answer, CallResult } from '../outbound-http/call.ts'

/**
 * Reads the webhook URL of the authorization response: absolute, stored as given; without one, the request's own URL. Every
 * response other than success throws channel_refused, channel_server_unreachable, url_not_allowed, blocked_address or loop, with
 * the reason in its message.
 */
export function readAuthorization(result: CallResult, serverUrl: string, allow: AddressRules): string {
  if (result.kind !== 'answer') throw noAnswer(result)
  const received = readAnswer(result.bodyText)
  if (result.status >= 200 && result.status < 300 && received.type === 'success') {
    return webhookOf(JSON.parse(result.bodyText).webhook_url, serverUrl, allow)
  }
  throw new ApiError('channel_refused', refusalMessage(result, received.message))
}

function noAnswer(result: Exclude<CallResult, Answer>): ApiError {
  if (result.code === 'blocked_address' || result.code === 'loop') {
    return new ApiError(result.code, result.detail ?? result.message)
  }
  if (result.code === 'timeout') {
    return new ApiError(
      'channel_server_unreachable',
      "The channel's server did not answer within 7 seconds. Check that it runs, and try again.",
    )
  }
  return new ApiError(
    'channel_server_unreachable',
    `${result.message} Check that it runs and that its URL is right.`,
    result.detail ? [`server: ${plainText(result.detail)}`] : undefined,
  )
}

/** `message`: the server's own one. */
function refusalMessage({ status, bodyText, isUnreadable }: Answer, message: string | null): string {
  const statusText = `${status}${STATUS_CODES[status] ? ` ${STATUS_CODES[status]}` : ''}`
  if (message !== null)
    return status >= 500
      ? `The channel's server failed (${statusText}): ${message}`
      : `The channel's server refused: ${message}`
  if (isRedirect(status)) {
    return `The channel's server sent us elsewhere (${status}), and redirects are not followed. Register the URL where it really answers.`
  }
  const excerpt = plainText(bodyText).slice(0, 200).toWellFormed()
  const found = isUnreadable ? ' with a body that cannot be read' : excerpt && ` with "${excerpt}"`
  const what = `${statusText}${found}`
  if (status >= 500) return `The channel's server failed: it answered ${what}.`
  if (status >= 300) return `The channel's server refused the request: it answered ${what}.`
  return found === ''
    ? `The channel's server answered ${status} without a word; to accept it answers {"type":"success"}.`
    : `The channel's server answered ${what}; to accept it answers {"type":"success"}.`
}

function webhookOf(given: unknown, serverUrl: string, allow: AddressRules): string {
  if (given === undefined || given === null || given === '') return serverUrl
  if (typeof given !== 'string') {
    throw new ApiError('channel_refused', "The channel's server answered with a webhook_url that is not text.")
  }
  const absolute = URL.canParse(given) ? given : URL.parse(given, serverUrl)?.href
  if (absolute === undefined || absolute.length > 2_000 || !isStorable(absolute)) {
    throw new ApiError('url_not_allowed', "The channel's server answered with a webhook_url that is not a URL.")
  }
  const refusal = refuseUrl(absolute, allow)
  if (refusal === null) return absolute
  const message = `The channel's server answered with a webhook_url we may not call. ${refusal.message}`
  throw new ApiError(refusal.code, message)
}

/** Refuses control characters and lone surrogates, which URL parsers accept and the database does not. */
function isStorable(url: string): boolean {
  return url.isWellFormed() && !/\p{Cc}/u.test(url)
}
