import type { AddressRefusal } from './addresses.ts'
import { BlockedAddress, ConnectTimeout, NameNotResolved } from './connect.ts'
import { cutMessage, notFoundMessage, notReachedMessage, notSecureMessage, technicalDetail } from './messages.ts'

export const notSentCodes = [
  'dns_error',
  'connection_refused',
  'tls_error',
  'connect_timeout',
  'blocked_address',
  'loop',
  // the hub's machine, not the server, has no more sockets, ports or memory
  'no_sockets',
  // the caller had given it up when the connection stood
  'paused',
] as const

export interface NotSent {
  kind: 'not_sent'
  code: (typeof notSentCodes)[number]
  /** The message for a teammate. */
  message: string
  /** The technical reason, for who looks after the server. */
  detail?: string
  durationMs: number
}

export interface Ambiguous {
  kind: 'ambiguous'
  code: 'timeout' | 'connection_reset' | 'unreadable_answer'
  /** The message for a teammate. */
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

/** Failures before the first byte of the request was written: certainly nothing arrived. */
export function whyNotSent(error: Error, isTls: boolean, durationMs: number): NotSent {
  if (error instanceof BlockedAddress) return notCalled(error, durationMs)
  const cause = causeOf(error)
  const code = codeOf(error)
  const is = (kind: NotSent['code'], message: string): NotSent => ({
    kind: 'not_sent',
    code: kind,
    message,
    detail: technicalDetail(cause),
    durationMs,
  })
  if (error instanceof NameNotResolved) return is('dns_error', notFoundMessage(code))
  if (ownLimits.has(code)) return is('no_sockets', 'Portico could not open another connection.')
  if (error instanceof ConnectTimeout || code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return is('connect_timeout', "The channel's server did not take the connection in time.")
  }
  if (isTls && !unreachable.has(code)) return is('tls_error', notSecureMessage(code))
  return is('connection_refused', notReachedMessage(code))
}

/** An address that no request goes to. */
export function notCalled({ code, message }: AddressRefusal, durationMs: number): NotSent {
  const [kind, text] =
    code === 'loop'
      ? (['loop', "The address of the channel's server leads back to Portico itself."] as const)
      : (['blocked_address', "The address of the channel's server is one that Portico does not call."] as const)
  return { kind: 'not_sent', code: kind, message: text, detail: message, durationMs }
}

/** The failure when sending is no longer allowed. */
export function tooLate(durationMs: number, message = 'Portico was paused before it could send.'): NotSent {
  return { kind: 'not_sent', code: 'paused', message, durationMs }
}

/** Failures after that: the server may have the request. */
export function whyAmbiguous(error: Error, durationMs: number): Ambiguous {
  const code = codeOf(error)
  const isNonsense = error.name === 'HTTPParserError' || /^(?:HPE_|UND_ERR_(?:HEADERS|RES))/.test(code)
  const detail = technicalDetail(causeOf(error))
  return isNonsense
    ? { kind: 'ambiguous', code: 'unreadable_answer', message: unreadable, detail, durationMs }
    : { kind: 'ambiguous', code: 'connection_reset', message: cutMessage(code), detail, durationMs }
}

const unreadable = "The channel's server answered in a way that Portico cannot read."

/** The error of the first of several addresses, and the system's for a name that was not found. */
function causeOf(error: Error): Error & { code?: unknown } {
  if (error instanceof AggregateError && error.errors[0]) return causeOf(error.errors[0])
  return error instanceof NameNotResolved && error.cause instanceof Error ? error.cause : error
}

function codeOf(error: Error): string {
  const { code } = causeOf(error)
  return typeof code === 'string' ? code : ''
}
