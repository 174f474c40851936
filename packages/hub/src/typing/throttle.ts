/** How long it holds at the other side, unless it is said again. */
const HOLDS_MS = 6_000

interface Said {
  /** When somebody was last said to write. */
  at: number
  who: string
  hasEnded: boolean
}

const MAX_KNOWN = 10_000

/**
 * What was last said of each conversation: that somebody writes every `everyMs` at most, and its end once, of whom it was said.
 * Times are monotonic milliseconds.
 */
export class TypingThrottle {
  readonly #everyMs: number
  readonly #now: () => number
  readonly #said = new Map<string, Said>()

  constructor(everyMs: number, now: () => number = () => performance.now()) {
    this.#everyMs = everyMs
    this.#now = now
  }

  /** Whether to say it; it is then the last that was said. */
  isNews(conversation: string, who: string, isTyping: boolean): boolean {
    const last = this.#said.get(conversation)
    return isTyping ? this.#begins(conversation, who, last) : this.#ends(who, last)
  }

  forget(conversation: string): void {
    this.#said.delete(conversation)
  }

  #begins(conversation: string, who: string, last: Said | undefined): boolean {
    const at = this.#now()
    if (last && at - last.at < this.#everyMs) return false
    this.#said.delete(conversation)
    this.#said.set(conversation, { at, who, hasEnded: false })
    if (this.#said.size > MAX_KNOWN) this.#said.delete(this.#said.keys().next().value!)
    return true
  }

  #ends(who: string, last: Said | undefined): boolean {
    if (!last || last.hasEnded || last.who !== who || this.#now() - last.at >= HOLDS_MS) return false
    last.hasEnded = true
    return true
  }
}

interface Bucket {
  tokens: number
  at: number
}

/** The reports of each channel: so many a second, and as many at once. */
export class ReportLimit {
  readonly #perSecond: number
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perSecond = perSecond
    this.#now = now
  }

  take(channel: string): boolean {
    const now = this.#now()
    const { tokens, at } = this.#buckets.get(channel) ?? { tokens: this.#perSecond, at: now }
    const left = Math.min(this.#perSecond, tokens + ((now - at) * this.#perSecond) / 1_000)
    this.#buckets.delete(channel)
    this.#buckets.set(channel, { tokens: left >= 1 ? left - 1 : left, at: now })
    if (this.#buckets.size > MAX_KNOWN) this.#buckets.delete(this.#buckets.keys().next().value!)
    return left >= 1
  }
}
