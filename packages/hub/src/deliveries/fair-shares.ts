import { Pace } from './pace.ts'
import type { Target } from './targets.ts'

/** The limit of requests of this process in flight, over all channels. */
const MAX_IN_FLIGHT = 512
const MAX_PACES = 10_000
/** The time after which the database has stored a pause. */
const STORED_AFTER_MS = 1_000

interface Channel {
  companyId: number
  channelId: number
}

/** The number of messages that a channel may claim now; it counts as used already. */
export interface FairShare extends Channel {
  server: string
  most: number
}

interface Server {
  used: number
  /** The channels that wait for capacity of the server. */
  waiting: Map<string, Channel>
}

/**
 * Divides the requests in flight. A server, however many channels are behind it, gets half of what the others leave, so that
 * there is always capacity for one more. A channel that returned 429 gets what its rate limit allows.
 */
export class FairShares {
  readonly #servers = new Map<string, Server>()
  readonly #paces = new Map<string, Pace>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #onCapacity: (channel: Channel) => void
  #free = MAX_IN_FLIGHT

  /** `onCapacity` is called with a channel that may claim again. */
  constructor(onCapacity: (channel: Channel) => void) {
    this.#onCapacity = onCapacity
  }

  get hasCapacity(): boolean {
    return this.#free > 0
  }

  /** Reserves a share for each channel that may have one. `onCapacity` is called for the others later. */
  allot(companyId: number, channelIds: number[], targetOf: (channelId: number) => Target): FairShare[] {
    return channelIds.flatMap((channelId) => this.#allotOne({ companyId, channelId }, targetOf(channelId)) ?? [])
  }

  giveBack(share: FairShare, count: number): void {
    this.#paces.get(keyOf(share))?.giveBack(count)
    this.end(share, count)
  }

  /** Frees the slots of finished requests. */
  end({ server: name }: FairShare, count = 1): void {
    const server = this.#servers.get(name)
    if (!server || count === 0) return
    this.#free += count
    server.used -= count
    for (const channel of server.waiting.values()) this.#onCapacity(channel)
    server.waiting.clear()
    if (server.used === 0) this.#servers.delete(name)
  }

  accepted(channel: Channel): void {
    this.#paces.get(keyOf(channel))?.accepted(performance.now())
  }

  /** Records a 429: the channel pauses, and continues at its rate limit. */
  rateLimited(channel: Channel, startedAt: number, pauseMs: number): void {
    const now = performance.now()
    const known = this.#paces.get(keyOf(channel))
    if (this.#paces.size >= MAX_PACES) this.#paces.clear()
    if (known) known.rateLimited(startedAt, now, pauseMs)
    else this.#paces.set(keyOf(channel), new Pace(now, pauseMs))
  }

  /** The database says that these channels may send. A pause that it did not report for a moment was ended by a person. */
  resume(companyId: number, channelIds: number[]): void {
    if (this.#paces.size === 0) return
    const now = performance.now()
    for (const channelId of channelIds) {
      const pace = this.#paces.get(keyOf({ companyId, channelId }))
      if (pace?.hasPaused(STORED_AFTER_MS, now)) pace.resume(now)
    }
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  #allotOne(channel: Channel, { server: name, connections }: Target): FairShare | null {
    const pace = this.#paceOf(channel)
    const now = performance.now()
    const paced = pace?.capacity(now) ?? connections
    if (pace && paced === 0) {
      this.#nameLater(channel, pace.untilCapacity(now))
      return null
    }
    const server = this.#serverOf(name)
    const capacity = Math.ceil((this.#free - server.used) / 2)
    if (capacity <= 0) {
      server.waiting.set(keyOf(channel), channel)
      return null
    }
    const most = Math.min(connections, paced, capacity)
    this.#free -= most
    server.used += most
    pace?.take(most)
    return { ...channel, server: name, most }
  }

  #serverOf(name: string): Server {
    const known = this.#servers.get(name) ?? { used: 0, waiting: new Map() }
    this.#servers.set(name, known)
    return known
  }

  #paceOf(channel: Channel): Pace | undefined {
    const pace = this.#paces.get(keyOf(channel))
    if (!pace?.isOver(performance.now())) return pace
    this.#paces.delete(keyOf(channel))
    return undefined
  }

  #nameLater(channel: Channel, ms: number): void {
    const key = keyOf(channel)
    if (this.#timers.has(key)) return
    const timer = setTimeout(() => {
      this.#timers.delete(key)
      this.#onCapacity(channel)
    }, ms)
    this.#timers.set(key, timer)
  }
}

function keyOf({ companyId, channelId }: Channel): string {
  return `${companyId} ${channelId}`
}
