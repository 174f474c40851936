import type { FastifyReply } from 'fastify'
import type { RateLimits } from '../settings/settings.ts'
import { ApiError } from './api-error.ts'
import type { Principal } from './principal.ts'

/** A token bucket: full, it holds the requests of a minute. Times in milliseconds. */
interface Bucket {
  tokens: number
  at: number
}

const maxKnown = 100_000
const minuteMs = 60_000

/**
 * Limits the requests of each channel, of each API token, and of a company's channels and tokens together. People are not counted.
 * One look at two numbers by the headers alone: what is too much costs nobody else anything.
 */
export class RateLimiter {
  readonly #limits: RateLimits
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(limits: RateLimits, now: () => number = () => performance.now()) {
    this.#limits = limits
    this.#now = now
  }

  /** Takes a request, and says in the answer's headers what is left. Throws rate_limited. */
  take(principal: Principal, reply: Pick<FastifyReply, 'header'>): void {
    if (principal.kind === 'teammate') return
    const { companyId } = principal
    const [key, limit] =
      principal.kind === 'channel'
        ? [`channel ${companyId} ${principal.channelId}`, this.#limits.channel]
        : [`token ${companyId} ${principal.apiTokenId}`, this.#limits.token]
    const now = this.#now()
    const own = this.#bucket(key, limit, now)
    const company = this.#bucket(`company ${companyId}`, this.#limits.company, now)
    const tightest = !own || (company && company.tokens < own.tokens) ? company : own
    if (!tightest) return
    const most = tightest === own ? limit : this.#limits.company
    const waitMs = Math.max(waitOf(own, limit), waitOf(company, this.#limits.company))
    if (waitMs === 0) {
      if (own) own.tokens -= 1
      if (company) company.tokens -= 1
    }
    const fullInMs = ((most - tightest.tokens) * minuteMs) / most
    reply.header('x-ratelimit-limit', String(most))
    reply.header('x-ratelimit-remaining', String(Math.max(0, Math.floor(tightest.tokens))))
    reply.header('x-ratelimit-reset', String(Math.ceil((Date.now() + fullInMs) / 1_000)))
    if (waitMs > 0) throw tooFast(waitMs)
  }

  /** Undefined where there is no limit. */
  #bucket(key: string, limit: number, now: number): Bucket | undefined {
    if (limit === 0) return undefined
    const known = this.#buckets.get(key)
    if (known) {
      known.tokens = Math.min(limit, known.tokens + ((now - known.at) * limit) / minuteMs)
      known.at = now
      return known
    }
    if (this.#buckets.size >= maxKnown) this.#forget(now)
    const fresh = { tokens: limit, at: now }
    this.#buckets.set(key, fresh)
    return fresh
  }

  /** A bucket that nobody has used for a minute is full, as a new one is. */
  #forget(now: number): void {
    for (const [key, { at }] of this.#buckets) if (now - at >= minuteMs) this.#buckets.delete(key)
  }
}

function waitOf(bucket: Bucket | undefined, limit: number): number {
  return !bucket || bucket.tokens >= 1 - 1e-9
    ? 0
    : Math.max(1, Math.ceil(((1 - bucket.tokens) * minuteMs) / limit - 1e-6))
}

function tooFast(waitMs: number): ApiError {
  const error = new ApiError('rate_limited', `Rate limit exceeded. Please retry in ${waitMs} milliseconds.`)
  error.retryAfter = Math.ceil(waitMs / 1_000)
  return error
}
