import { type AddressRefusal, type AddressRules, refuseUrl } from './addresses.ts'

export interface Endpoint {
  origin: string
  path: string
  isTls: boolean
}

interface Known {
  ownOrigin: string
  byUrl: Map<string, Endpoint | AddressRefusal>
}

const MAX_KNOWN = 10_000
const knownTo = new WeakMap<AddressRules, Known>()

/** A URL taken apart, or why it is refused. Read once a URL; the address behind its name is checked at each connection. */
export function endpointOf(text: string, rules: AddressRules): Endpoint | AddressRefusal {
  const { byUrl } = knownUnder(rules)
  const known = byUrl.get(text)
  if (known) return known
  if (byUrl.size >= MAX_KNOWN) byUrl.clear()
  const endpoint = refuseUrl(text, rules) ?? takeApart(new URL(text))
  byUrl.set(text, endpoint)
  return endpoint
}

/** The hub's own address is part of the rules, and is known late when its port is chosen by the system. */
function knownUnder(rules: AddressRules): Known {
  const ownOrigin = rules.ownOrigin()
  const known = knownTo.get(rules)
  if (known?.ownOrigin === ownOrigin) return known
  const fresh: Known = { ownOrigin, byUrl: new Map() }
  knownTo.set(rules, fresh)
  return fresh
}

function takeApart(url: URL): Endpoint {
  return { origin: url.origin, path: url.pathname + url.search, isTls: url.protocol === 'https:' }
}
