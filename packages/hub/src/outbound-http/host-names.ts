import { lookup, Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isLoopbackName } from './addresses.ts'

/**
 * Resolves names with c-ares instead of getaddrinfo, whose threads two hanging name servers would block for everybody. It reads
 * neither the hosts file nor the search list, so this module does, in the system's order.
 */
export const resolver = new Resolver({ timeout: 1_000, tries: 2 })

/** The system's files of host names and name servers. */
export const systemFiles = { hosts: '/etc/hosts', resolver: '/etc/resolv.conf' }

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
  for (const name of namesFor(host, await searchList())) {
    const found = await query(name)
    if (found.length > 0) return found
  }
  return askSystem(host)
}

/** The addresses; empty when there is no such name. Throws when no server responds: then the system would only wait longer. */
async function query(name: string): Promise<string[]> {
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  const found = [v4, v6].flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  if (found.length === 0 && v4.status === 'rejected' && !absent.has(v4.reason.code)) throw v4.reason
  return found
}

const absent = new Set(['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EBADNAME'])

/** A host that is in no DNS that c-ares knows may have a name by other means (mDNS, a directory, the machine's own domain). */
async function askSystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

async function hostsFileEntry(host: string): Promise<string[]> {
  return (await linesOf(systemFiles.hosts)).flatMap(([address, ...names]) =>
    address && names.some((name) => name.toLowerCase() === host) ? [address] : [],
  )
}

interface SearchList {
  domains: string[]
  /** A name with as many dots is tried as it is first. */
  dots: number
}

async function searchList(): Promise<SearchList> {
  const list: SearchList = { domains: [], dots: 1 }
  for (const [keyword, ...values] of await linesOf(systemFiles.resolver)) {
    if (keyword === 'search' || keyword === 'domain') list.domains = values
    const dots = keyword === 'options' && values.map((value) => /^ndots:(\d+)$/.exec(value)?.[1]).find(Boolean)
    if (dots) list.dots = Math.min(Number(dots), 15)
  }
  return list
}

/** The full names that a short one may stand for, in the system's order: the first that exists counts. */
function namesFor(host: string, { domains, dots }: SearchList): string[] {
  const searched = domains.map((domain) => `${host}.${domain.replace(/^\.|\.$/g, '')}`.replace(/\.$/, ''))
  return host.split('.').length > dots ? [host, ...searched] : [...searched, host]
}

async function linesOf(file: string): Promise<string[][]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').map((line) =>
    line
      .replace(/[#;].*/, '')
      .trim()
      .split(/\s+/),
  )
}
