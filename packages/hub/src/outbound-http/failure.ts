import { BlockedAddress, ConnectTimeout, NameNotResolved } from './connect.ts'

export interface NothingLeft {
  kind: 'nothing_left'
  code:
    | 'dns_error'
    | 'connection_refused'
    | 'tls_error'
    | 'connect_timeout'
    | 'blocked_address'
    | 'loop'
    /** The hub's machine, not the server, has no more sockets, ports or memory. */
    | 'no_sockets'
    /** The caller no longer wanted it when the connection stood. */
    | 'paused'
  message: string
  durationMs: number
}

export interface UnknownFate {
  kind: 'unknown_fate'
  code: 'timeout' | 'connection_reset' | 'unreadable_answer'
  message: string
  durationMs: number
}

const unreachable = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EACCES'])
const ownLimits = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL', 'EAGAIN'])

/** A request that cannot be put into HTTP (a header with a line break): refused before anything left. */
export function isOurMistake(error: Error): boolean {
  return codeOf(error) === 'UND_ERR_INVALID_ARG'
}

/** Before the first byte of the request was written: certainly nothing arrived. */
export function whyNothingLeft(error: Error, isTls: boolean, durationMs: number): NothingLeft {
  const is = (code: NothingLeft['code'], message: string): NothingLeft => ({
    kind: 'nothing_left',
    code,
    message,
    durationMs,
  })
  if (error instanceof BlockedAddress) return is(error.code === 'loop' ? 'loop' : 'blocked_address', error.message)
  if (error instanceof NameNotResolved) return is('dns_error', `The channel's server was not found: ${error.message}.`)
  const code = codeOf(error)
  if (ownLimits.has(code)) return is('no_sockets', 'Portico could not open another connection.')
  if (error instanceof ConnectTimeout || code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT') {
    return is('connect_timeout', "The channel's server did not take the connection in time.")
  }
  if (isTls && !unreachable.has(code)) {
    return is('tls_error', `No trusted connection to the channel's server (${code || error.message}).`)
  }
  return is('connection_refused', `The channel's server did not take the connection (${code || error.message}).`)
}

/** The connection stands, but nothing may be written any more. */
export function tooLate(durationMs: number): NothingLeft {
  return { kind: 'nothing_left', code: 'paused', message: 'Portico was paused before it could send.', durationMs }
}

/** After that: the server may have it, or not. */
export function whyUnknown(error: Error, durationMs: number): UnknownFate {
  const isNonsense = error.name === 'HTTPParserError' || /^(?:HPE_|UND_ERR_(?:HEADERS|RES))/.test(codeOf(error))
  return isNonsense
    ? {
        kind: 'unknown_fate',
        code: 'unreadable_answer',
        message: "The channel's server did not answer in HTTP.",
        durationMs,
      }
    : {
        kind: 'unknown_fate',
        code: 'connection_reset',
        message: "The channel's server closed the connection without an answer.",
        durationMs,
      }
}

/** Of an AggregateError (several addresses tried) the first attempt's. */
function codeOf(error: Error & { code?: unknown }): string {
  if (error instanceof AggregateError && error.errors[0]) return codeOf(error.errors[0])
  return typeof error.code === 'string' ? error.code : ''
}
