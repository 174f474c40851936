import { isIP, type LookupFunction } from 'node:net'
import { buildConnector } from 'undici'
import { type AddressRefusal, type AddressRules, refuseAddress } from './addresses.ts'
import { addressesOf } from './host-names.ts'
import { skipInterimAnswers } from './interim.ts'

/** DNS, TCP and TLS together, inside the deadline of the whole call. */
const CONNECT_TIMEOUT_MS = 3_000

export class BlockedAddress extends Error {
  readonly code: AddressRefusal['code']
  constructor(refusal: AddressRefusal) {
    super(refusal.message)
    this.code = refusal.code
  }
}

export class NameNotResolved extends Error {}
export class ConnectTimeout extends Error {}

/**
 * The trust boundary for server-side request forgery: no socket opens but to an address that was checked right here.
 * Names are checked in the lookup whose answer is dialled, so an answer that changes between two lookups gains nothing.
 * Literals are checked before, because sockets do not call lookup for them.
 */
export function checkedConnector(rules: AddressRules): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port || (options.protocol === 'https:' ? 443 : 80))
    const refusal = isIP(options.hostname) ? refuseAddress(options.hostname, port, rules) : null
    if (refusal) return callback(new BlockedAddress(refusal), null)
    const connect = buildConnector({
      allowH2: false,
      timeout: 0,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      lookup: checkedLookup(port, rules),
    } as buildConnector.BuildOptions)
    dialInTime(connect, options, callback)
  }
}

function dialInTime(
  connect: buildConnector.connector,
  options: buildConnector.Options,
  callback: buildConnector.Callback,
) {
  // the connector hands back its socket, which its type does not say
  const dialling = connect(options, (...outcome) => {
    clearTimeout(timer)
    if (outcome[1]) skipInterimAnswers(outcome[1])
    callback(...outcome)
  }) as unknown as import('node:net').Socket
  const timer = setTimeout(() => {
    dialling.destroy(new ConnectTimeout(`no connection within ${CONNECT_TIMEOUT_MS / 1000} s`))
  }, CONNECT_TIMEOUT_MS)
}

function checkedLookup(port: number, rules: AddressRules): LookupFunction {
  return (host, { all }, callback) => {
    addressesOf(host).then(
      (addresses) => {
        const refusal = addresses
          .map((address) => refuseAddress(address, port, rules))
          .find((reason) => reason !== null)
        if (refusal) return callback(new BlockedAddress(refusal), [])
        const found = addresses.map((address) => ({ address, family: isIP(address) }))
        if (all) callback(null, found)
        else callback(null, found[0]?.address ?? '', found[0]?.family)
      },
      (error: Error) => callback(new NameNotResolved(`${host} was not found`, { cause: error }), []),
    )
  }
}
