import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isLoopbackName } from './addresses.ts'

/**
 * c-ares, not getaddrinfo: a name server that hangs would hold the few threads that getaddrinfo shares with the file
 * system, and so delay everybody. It does not read the hosts file; so we do.
 */
export const resolver = new Resolver({ timeout: 1_000, tries: 2 })

const underWay = new Map<string, Promise<string[]>>()

/** All addresses of a name. Throws when it has none. Lookups of one name at the same time are one lookup. */
export function addressesOf(host: string): Promise<string[]> {
  const known = underWay.get(host)
  if (known) return known
  const lookup = resolve(host).finally(() => underWay.delete(host))
  underWay.set(host, lookup)
  return lookup
}

async function resolve(host: string): Promise<string[]> {
  if (isLoopbackName(host)) return ['127.0.0.1', '::1']
  const named = await hostsFileEntry(host)
  if (named.length > 0) return named
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
  const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (found.length > 0) return found
  throw v4.status === 'rejected' ? v4.reason : new Error(`${host} has no address`)
}

async function hostsFileEntry(host: string): Promise<string[]> {
  const text = await readFile('/etc/hosts', 'utf8').catch(() => '')
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
  return lines.flatMap(([address, ...names]) => (address && names.includes(host) ? [address] : []))
}
