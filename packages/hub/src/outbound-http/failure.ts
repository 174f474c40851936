import type { AddressRefusal } from './addresses.ts'
import { BlockedAddress, ConnectTimeout, NameNotResolved } from './connect.ts'
import { cutWords, notFoundWords, notReachedWords, notSecureWords, technicalWords } from './words.ts'

export const nothingLeftCodes = [
  'dns_error',
  'connection_refused',
  'tls_error',
  'connect_timeout',
  'blocked_address',
  'loop',
  // the hub's machine, not the server, has no more sockets, ports or memory
  'no_sockets',
  // the caller no longer wanted it when the connection stood
  'paused',
] as const

export interface NothingLeft {
  kind: 'nothing_left'
  code: (typeof nothingLeftCodes)[number]
  /** For a teammate. */
  message: string
  /** The technical reason, for who looks after the server. */
  detail?: string
  durationMs: number
}

export interface UnknownFate {
  kind: 'unknown_fate'
  code: 'timeout' | 'connection_reset' | 'unreadable_answer'
  /** For a teammate. */
  message: string
  /** The technical reason, for who looks after the server. */
  detail?: string
  durationMs: number
}

const unreachable = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN', 'EACCES', 'EPERM'])
const ownLimits = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EAGAIN'])

/** A request that cannot be put into HTTP (a header with a line break): refused before anything left. */
export function isOurMistake(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_INVALID_ARG'
}

/** Before the first byte of the request was written: certainly nothing arrived. */
export function whyNothingLeft(error: Error, isTls: boolean, durationMs: number): NothingLeft {
  if (error instanceof BlockedAddress) return notCalled(error, durationMs)
  const cause = causeOf(error)
  const code = codeOf(error)
  const is = (kind: NothingLeft['code'], message: string): NothingLeft => ({
    kind: 'nothing_left',
    code: kind,
    message,
    detail: technicalWords(cause),
    durationMs,
  })
  if (error instanceof NameNotResolved) return is('dns_error', notFoundWords(code))
  if (ownLimits.has(code)) return is('no_sockets', 'Portico could not open another connection.')
  if (error instanceof ConnectTimeout || code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return is('connect_timeout', "The channel's server did not take the connection in time.")
  }
  if (isTls && !unreachable.has(code)) return is('tls_error', notSecureWords(code))
  return is('connection_refused', notReachedWords(code))
}

/** An address that no request goes to. */
export function notCalled({ code, message }: AddressRefusal, durationMs: number): NothingLeft {
  const [kind, words] =
    code === 'loop'
      ? (['loop', "The address of the channel's server leads back to Portico itself."] as const)
      : (['blocked_address', "The address of the channel's server is one that Portico does not call."] as const)
  return { kind: 'nothing_left', code: kind, message: words, detail: message, durationMs }
}

/** Nothing may be written any more. */
export function tooLate(durationMs: number, message = 'Portico was paused before it could send.'): NothingLeft {
  return { kind: 'nothing_left', code: 'paused', message, durationMs }
}

/** After that: the server may have it, or not. */
export function whyUnknown(error: Error, durationMs: number): UnknownFate {
  const code = codeOf(error)
  const isNonsense = error.name === 'HTTPParserError' || /^(?:HPE_|UND_ERR_(?:HEADERS|RES))/.test(code)
  const detail = technicalWords(causeOf(error))
  return isNonsense
    ? { kind: 'unknown_fate', code: 'unreadable_answer', message: unreadable, detail, durationMs }
    : { kind: 'unknown_fate', code: 'connection_reset', message: cutWords(code), detail, durationMs }
}

const unreadable = "The channel's server answered in a way that Portico cannot read."

/** Of several addresses tried the first attempt's error, and of a name that was not found the system's. */
function causeOf(error: Error): Error & { code?: unknown } {
  if (error instanceof AggregateError && error.errors[0]) return causeOf(error.errors[0])
  return error instanceof NameNotResolved && error.cause instanceof Error ? error.cause : error
}

function codeOf(error: Error): string {
  const { code } = causeOf(error)
  return typeof code === 'string' ? code : ''
}
