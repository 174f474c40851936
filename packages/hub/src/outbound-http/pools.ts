import { Pool } from 'undici'
import type { AddressRules } from './addresses.ts'
import { checkedConnector } from './connect.ts'

const IDLE_POOL_MS = 60_000

interface KeptPool {
  pool: Pool
  usedAt: number
}

interface Cached {
  pools: Map<string, KeptPool>
  sweptAt: number
}

const byRules = new WeakMap<AddressRules, Cached>()

/**
 * The connections of one caller (usually a channel) to one origin: as many as it may have requests in flight, so that no caller
 * waits for another's hanging server.
 */
export function poolFor(rules: AddressRules, caller: string, origin: string, connections: number): Pool {
  const cached = byRules.get(rules) ?? { pools: new Map(), sweptAt: 0 }
  byRules.set(rules, cached)
  const now = performance.now()
  closeIdle(cached, now)
  const key = `${caller} ${connections} ${origin}`
  const known = cached.pools.get(key)
  if (known) {
    known.usedAt = now
    return known.pool
  }
  const pool = openPool(rules, origin, connections)
  cached.pools.set(key, { pool, usedAt: now })
  return pool
}

function openPool(rules: AddressRules, origin: string, connections: number): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    connect: checkedConnector(rules),
    // A server that closes an idle socket while we write to it leaves a message "not confirmed". So sockets are let go
    // well before servers do: 1 s before the server's own hint, else after 1.5 s.
    keepAliveTimeout: 1_500,
    keepAliveTimeoutThreshold: 1_000,
    keepAliveMaxTimeout: 30_000,
    // the call has one deadline of its own over everything
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

function closeIdle(cached: Cached, now: number): void {
  if (now - cached.sweptAt < IDLE_POOL_MS) return
  cached.sweptAt = now
  for (const [key, { pool, usedAt }] of cached.pools) {
    if (now - usedAt < IDLE_POOL_MS) continue
    cached.pools.delete(key)
    pool.close().catch(() => {})
  }
}
