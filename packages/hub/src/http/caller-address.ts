import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import { isLoopback } from '../settings/settings.ts'
import { type AddressRange, rangesOf } from '../settings/trusted-proxies.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The address of the caller, also through our proxies. `ip` is the peer. */
    callerAddress: string
  }
}

type Request = Pick<IncomingMessage, 'headers' | 'socket'>

/** The peer of the connection: the caller, or the last proxy. */
export function peerOf({ socket }: Request): string {
  return plain(socket.remoteAddress ?? '')
}

export function makeTrust(proxies: readonly string[]): (address: string) => boolean {
  const ranges = rangesOf(proxies)
  return (address) => ipaddr.isValid(address) && ranges.some((range) => contains(range, address))
}

/**
 * The trust boundary of X-Forwarded-For: each proxy adds at the right whom it was called by, and its word counts when it
 * is one of ours. So the walk begins at the peer and goes left; it ends at the first address that is no proxy of ours, or
 * before one that is none.
 */
export function callerAddress(request: Request, isTrusted: (address: string) => boolean): string {
  let caller = peerOf(request)
  const named = [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',').reverse()
  for (const text of named) {
    if (!isTrusted(caller)) return caller
    const address = addressIn(text)
    if (address === null) return caller
    caller = address
  }
  return caller
}

/** The network under which attempts are counted: an IPv6 address counts as its /64. */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.split('%')[0]}/64`)}/64`
}

/** Some proxies add the port. */
function addressIn(text: string): string | null {
  const [, inBrackets, beforePort] = /^\[([^\]]+)\](?::\d+)?$|^([\d.]+):\d+$/.exec(text.trim()) ?? []
  const address = plain(inBrackets ?? beforePort ?? text.trim())
  return ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address) ? address : null
}

/** ::ffff:192.0.2.1 is 192.0.2.1, as a socket for both families says it. */
function plain(address: string): string {
  return ipaddr.IPv6.isValid(address) ? ipaddr.process(address).toString() : address
}

function contains([network, bits]: AddressRange, text: string): boolean {
  const address = ipaddr.process(text)
  return address.kind() === network.kind() && address.match(network, bits)
}

/** Headers by which a proxy says that it hands on somebody else's request. */
const forwarding =
  /^(?:forwarded|via|cdn-loop|.*client-ip|(?:cf|fly|fastly)-.*|x-(?:forwarded|real|original|envoy|proxy|arr|amzn|azure|varnish)(?:-.*)?)$/

/**
 * Whether the request was made on this machine: from loopback, to a name of this machine, not handed on by a proxy. A name
 * that a page elsewhere points here (DNS rebinding) is in Host, and so is the outer name behind a proxy that adds nothing.
 * One that also writes a name of this machine over Host cannot be told apart, but for the HTTP/1.0 of nginx's defaults.
 */
export function isFromThisMachine({ raw }: { raw: IncomingMessage }): boolean {
  if (Object.keys(raw.headers).some((name) => forwarding.test(name))) return false
  return raw.httpVersion !== '1.0' && isLoopback(peerOf(raw)) && isLoopback(nameIn(raw.headers.host))
}

function nameIn(host = ''): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}
