import type { Logger } from 'pino'
import type { AcceptedToken, RefusedToken, TokenObserver } from '../channels/token.ts'
import type { Reader } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import type { ObservedAnswer } from '../deliveries/attempt.ts'
import { type Bounds, boundsOfAnswer, boundsOfToken, common, nearestToZero } from './clock-bounds.ts'

interface Clock {
  company: number
  channel: number
  measured_by: 'answers' | 'tokens'
  bounds: Bounds
  /** Seconds. */
  issued_at: number | null
  /** Of a token that had expired: it may be an old one that somebody sends again. */
  is_expired: boolean
  at: number
}

interface Failure {
  company: number
  channel: number
  code: string
  failures: number
  at: number
}

interface Use {
  company: number
  secret: number
  verifiedAt: number | null
  signedAt: number | null
}

const STORE_EVERY_MS = 5_000
/** Of each kind, in one statement. What is beyond is not noted: it comes again, or is one of thousands. */
const MAX_NOTED = 5_000

/**
 * What requests show of channels' credentials: clocks, refused tokens, secrets in use. A request changes an entry in memory; all are
 * stored together every few seconds, and a hub that dies loses those. Only channels and secrets that exist are noted.
 */
export class Observations implements TokenObserver {
  readonly #db: Reader
  readonly #log: Pick<Logger, 'error'>
  #clocks = new Map<string, Clock>()
  #failures = new Map<string, Failure>()
  #uses = new Map<string, Use>()
  #storing: Promise<void> = Promise.resolve()
  readonly #timer: NodeJS.Timeout

  constructor({ db, log }: { db: Reader; log: Pick<Logger, 'error'> }) {
    this.#db = db
    this.#log = log
    this.#timer = setInterval(() => this.#store(), STORE_EVERY_MS)
  }

  accepted(token: AcceptedToken): void {
    const use = this.#use(token.companyId, token.secretId)
    if (use) use.verifiedAt = performance.now()
    this.#noteToken(token)
  }

  refused(token: RefusedToken): void {
    const { companyId, channelId, code } = token
    const at = performance.now()
    const key = `${companyId} ${channelId} ${code}`
    const known = noted(this.#failures, key, () => ({ company: companyId, channel: channelId, code, failures: 0, at }))
    if (known) Object.assign(known, { failures: known.failures + 1, at })
    this.#noteToken(token, code === 'token_expired')
  }

  /** The answer of a channel's server to a signed request. */
  answered({ companyId, channelId, secretId, date, sentAt, receivedAt }: ObservedAnswer): void {
    const use = this.#use(companyId, secretId)
    if (use) use.signedAt = performance.now()
    const bounds = boundsOfAnswer(date, sentAt, receivedAt)
    if (!bounds) return
    const clock = this.#clock(companyId, channelId, 'answers', bounds)
    if (clock) Object.assign(clock, { bounds: common(clock.bounds, bounds), at: performance.now() })
  }

  /** Stores the rest. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#storing
    this.#store()
    await this.#storing
  }

  /** Of tokens that are used again only the newest says how the clock stands. */
  #noteToken({ companyId, channelId, issuedAt, now }: Omit<RefusedToken, 'code'>, is_expired = false): void {
    if (issuedAt === undefined) return
    const bounds = boundsOfToken(issuedAt, now)
    const clock = this.#clock(companyId, channelId, 'tokens', bounds)
    if (!clock || issuedAt <= (clock.issued_at ?? -1)) return
    Object.assign(clock, { bounds, issued_at: issuedAt, is_expired, at: performance.now() })
  }

  #use(company: number, secret: number): Use | undefined {
    return noted(this.#uses, `${company} ${secret}`, () => ({ company, secret, verifiedAt: null, signedAt: null }))
  }

  #clock(company: number, channel: number, measured_by: Clock['measured_by'], bounds: Bounds): Clock | undefined {
    return noted(this.#clocks, `${company} ${channel} ${measured_by}`, () => {
      return { ...{ company, channel, measured_by, bounds }, issued_at: null, is_expired: false, at: performance.now() }
    })
  }

  /** One statement at a time. One that fails is not repeated: it may have been stored. */
  #store(): void {
    this.#storing = this.#storing
      .then(() => this.#storeNow())
      .catch((error) => {
        if (!(error instanceof StorageUnavailable)) this.#log.error({ err: error }, 'observations of channels')
      })
  }

  async #storeNow(): Promise<void> {
    const [clocks, failures, uses] = [this.#clocks, this.#failures, this.#uses]
    if (clocks.size + failures.size + uses.size === 0) return
    this.#clocks = new Map()
    this.#failures = new Map()
    this.#uses = new Map()
    await this.#db.query('record_observations', 'select record_observations($1)', [
      JSON.stringify({
        clocks: [...clocks.values()].map(({ at, bounds, ...clock }) => ({
          ...clock,
          ahead_ms: nearestToZero(bounds),
          ago: ageOf(at),
        })),
        failures: [...failures.values()].map(({ at, ...failure }) => ({ ...failure, ago: ageOf(at) })),
        uses: [...uses.values()].map(({ verifiedAt, signedAt, ...use }) => {
          return { ...use, verified_ago: ageOf(verifiedAt), signed_ago: ageOf(signedAt) }
        }),
      }),
    ])
  }
}

function noted<Value>(entries: Map<string, Value>, key: string, make: () => Value): Value | undefined {
  const known = entries.get(key)
  if (known !== undefined || entries.size >= MAX_NOTED) return known
  const made = make()
  entries.set(key, made)
  return made
}

function ageOf(at: number): number
function ageOf(at: number | null): number | null
function ageOf(at: number | null): number | null {
  return at === null ? null : (performance.now() - at) / 1_000
}
