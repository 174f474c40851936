/** The reasons why a server was not reached, for a teammate. The codes are for its operator: `technicalDetail`. */
const notReached: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'it closed the connection',
  EPIPE: 'it closed the connection',
  EHOSTUNREACH: 'the network knows no way to it',
  ENETUNREACH: 'the network knows no way to it',
  ENETDOWN: 'the network of this machine is down',
  EHOSTDOWN: 'its machine is down',
  EACCES: 'this machine does not allow the connection',
  EPERM: 'this machine does not allow the connection',
}

const untrusted = 'its certificate is not one that Portico trusts'

const notSecure: Record<string, string> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate was withdrawn',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  CERT_UNTRUSTED: untrusted,
}

export function notReachedMessage(code: string): string {
  return `The channel's server could not be reached: ${notReached[code] ?? 'the connection failed'}.`
}

export function notSecureMessage(code: string): string {
  const why = notSecure[code]
  return why
    ? `The channel's server could not be trusted: ${why}.`
    : "No secure connection to the channel's server could be made."
}

const unknownName = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME'])

export function notFoundMessage(code: string): string {
  const why = unknownName.has(code) ? 'its name is not known' : 'its name could not be looked up'
  return `The channel's server could not be reached: ${why}.`
}

const closings = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

export function cutMessage(code: string): string {
  const what = closings.has(code)
    ? "The channel's server closed the connection"
    : "The connection to the channel's server broke"
  return `${what} before its answer was complete.`
}

/** The failure as the system names it: the step and the code, without an address, which not everybody may know. */
export function technicalDetail(error: Error & { code?: unknown; syscall?: unknown }): string {
  const { code, syscall } = error
  if (typeof code !== 'string') return error.message
  return typeof syscall === 'string' ? `${syscall} ${code}` : code
}
