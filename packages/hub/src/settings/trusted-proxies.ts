import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A network address and its prefix length. */
export type AddressRange = [network: ipaddr.IPv4 | ipaddr.IPv6, bits: number]

const named: Record<string, string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** The entries of TRUST_PROXY: addresses, ranges, names of ranges. Throws a RangeError that names an invalid entry. */
export function rangesOf(entries: readonly string[]): AddressRange[] {
  return entries.flatMap((entry) => (named[entry] ?? [entry]).map(rangeOf))
}

function rangeOf(entry: string): AddressRange {
  const [text = '', bits, ...more] = entry.split('/')
  const family = text.includes('%') ? 0 : isIP(text)
  const width = family === 4 ? 32 : 128
  const count = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : 0
  if (family === 0 || more.length > 0 || count < 1 || count > width) throw new RangeError(entry)
  const network = ipaddr.parse(text)
  if (!('isIPv4MappedAddress' in network) || !network.isIPv4MappedAddress()) return [network, count]
  if (count <= 96) throw new RangeError(entry)
  return [network.toIPv4Address(), count - 96]
}
