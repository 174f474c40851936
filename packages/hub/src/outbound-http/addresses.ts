import ipaddr from 'ipaddr.js'
import { isBlockedPort } from './ports.ts'

/**
 * The rules of addresses to which the hub may connect. Made once from the settings; checked when a URL is stored and again at
 * every connection.
 */
export interface AddressRules {
  /** `http:` as well as `https:`. */
  http: boolean
  loopback: boolean
  /** 10/8, 172.16/12, 192.168/16, fc00::/7, and names that only a private network knows. */
  private: boolean
  /** Ports of other protocols, too: who can only reach the hub from its own machine may call there anyway. */
  anyPort?: boolean
  /** Origin of the hub itself, to which it never posts. Asked at each use: a hub on port 0 learns it late. */
  ownOrigin: () => string
}

export interface AddressRefusal {
  code: 'url_not_allowed' | 'blocked_address' | 'loop'
  message: string
}

export interface OutboundSettings {
  publicUrl: string
  isExposed: boolean
  /** PORTICO_ALLOW_INSECURE_CHANNELS */
  allowInsecureChannels: boolean
}

export function addressRules(settings: OutboundSettings): AddressRules {
  const isLocal = !settings.isExposed
  const everything = settings.allowInsecureChannels
  return {
    http: everything || isLocal,
    loopback: everything || isLocal,
    private: everything,
    anyPort: isLocal,
    ownOrigin: () => settings.publicUrl,
  }
}

/** The rules of URLs in messages of outsiders: the exceptions that an operator allows to channels do not apply. */
export function publicAddresses(settings: Pick<OutboundSettings, 'publicUrl'>): AddressRules {
  return { http: true, loopback: false, private: false, ownOrigin: () => settings.publicUrl }
}

/** The reason why a channel server's URL is refused before it is resolved, or null. */
export function refuseUrl(text: string, rules: AddressRules): AddressRefusal | null {
  const url = URL.parse(text)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    return { code: 'url_not_allowed', message: 'The URL of a channel server begins with https://.' }
  }
  if (url.username !== '' || url.password !== '') {
    return { code: 'url_not_allowed', message: 'The URL of a channel server has no user name or password in it.' }
  }
  if (url.protocol === 'http:' && !rules.http) {
    return {
      code: 'url_not_allowed',
      message: 'This hub is reachable from outside: channel servers must use https://.',
    }
  }
  const port = portOf(url)
  if (isBlockedPort(port) && !rules.anyPort) {
    return {
      code: 'url_not_allowed',
      message: `Port ${port} belongs to another protocol than HTTP: no channel server is called there.`,
    }
  }
  return refuseHost(hostOf(url), port, rules)
}

function refuseHost(host: string, port: number, rules: AddressRules): AddressRefusal | null {
  if (ipaddr.isValid(host)) return refuseAddress(host, port, rules)
  const own = new URL(rules.ownOrigin())
  if (host === own.hostname && port === portOf(own)) return loop
  if (host.endsWith('.')) {
    return { code: 'url_not_allowed', message: 'The host of a channel server does not end with a dot.' }
  }
  if (isLoopbackName(host)) return rules.loopback ? refuseAddress('127.0.0.1', port, rules) : blocked(host)
  if (!rules.private && (!host.includes('.') || /\.(?:internal|local)$/.test(host))) return blocked(host)
  return null
}

/** Addresses that hand out a cloud machine's credentials, inside ranges that an operator may allow. */
const metadataAddresses = new Set(['fd00:ec2::254', '100.100.100.200'])

/** The reason why an address is not dialled, or null. An address that is not plainly public needs a rule that allows it. */
export function refuseAddress(address: string, port: number, rules: AddressRules): AddressRefusal | null {
  const parsed = ipaddr.parse(address)
  const range = parsed.range()
  const isPrivate = (range === 'private' || range === 'uniqueLocal') && !metadataAddresses.has(parsed.toString())
  if (range === 'loopback') {
    if (!rules.loopback) return blocked(address)
    const own = new URL(rules.ownOrigin())
    return isLoopback(hostOf(own)) && port === portOf(own) ? loop : null
  }
  return isGlobal(parsed) || (rules.private && isPrivate) ? null : blocked(address)
}

/** ipaddr.js calls everything unicast that has no other name; of IPv6 only 2000::/3 is (`::127.0.0.1` is outside it). */
function isGlobal(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  return address.kind() === 'ipv4' || (address as ipaddr.IPv6).match(globalIpv6)
}

const globalIpv6 = ipaddr.IPv6.parseCIDR('2000::/3')

const loop: AddressRefusal = { code: 'loop', message: 'The URL is the hub itself.' }

function blocked(host: string): AddressRefusal {
  return { code: 'blocked_address', message: `${host} is not a public address, and this hub does not call it.` }
}

export function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function isLoopback(host: string): boolean {
  return isLoopbackName(host) || (ipaddr.isValid(host) && ipaddr.parse(host).range() === 'loopback')
}

/** The host without the brackets of an IPv6 literal. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}

function portOf(url: URL): number {
  return Number(url.port || (url.protocol === 'https:' ? 443 : 80))
}
