import type { FastifyReply } from 'fastify'
import { isVisibleAt, type Location, visibilityOf } from './audience.ts'
import { kindOf } from './catalogue.ts'
import type { CompanyFeed, Frame } from './feed.ts'
import type { Right } from './right.ts'

const heartbeatMs = 15_000
/** A reader that has taken nothing of what waits for it for so long is given up; it resumes from its cursor. */
const stalledTimeoutMs = 120_000
/** The longest age of an event read and of the last check of the right when an event is sent. */
const maxAgeMs = 1_000

/** An open stream: its cursor, its right, and its socket. */
export class Reader {
  readonly #feed: CompanyFeed
  readonly #right: Right
  readonly #reply: FastifyReply
  #cursor: number
  #pumping = false
  #more = false
  #ended = false

  constructor(feed: CompanyFeed, right: Right, reply: FastifyReply, cursor: number) {
    this.#feed = feed
    this.#right = right
    this.#reply = reply
    this.#cursor = cursor
  }

  start(reset: boolean, onEnd: () => void): void {
    const raw = this.#reply.raw
    this.#reply.hijack()
    for (const [name, value] of Object.entries(this.#reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value)
    raw.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      connection: 'close',
    })
    raw.write(reset ? `id: ${this.#cursor}\nevent: reset\ndata: {}\n\n` : `retry: 1000\nid: ${this.#cursor}\n\n`)
    const unsubscribe = this.#feed.subscribe(() => this.#onFeed())
    const heartbeat = setInterval(() => this.#beat(), heartbeatMs)
    // the socket says so only when the system took nothing of what waits
    raw.setTimeout(stalledTimeoutMs, () => raw.writableNeedDrain && raw.destroy())
    raw.on('close', () => {
      this.#ended = true
      unsubscribe()
      clearInterval(heartbeat)
      onEnd()
    })
    void this.#begin()
  }

  /** Messages for this teammate alone, which are no events of the company. */
  sendOwn(companyId: number, teammateId: number, bytes: string): void {
    const raw = this.#reply.raw
    const isTheirs = companyId === this.#feed.companyId && teammateId === this.#right.viewer.teammateId
    if (isTheirs && !this.#ended && !raw.writableNeedDrain) raw.write(bytes)
  }

  /** A message about a conversation that is no event of the company, for those who may see it. */
  async sendAbout(location: Location, bytes: string): Promise<void> {
    if (this.#right.askedAt < performance.now() - maxAgeMs) await this.checkRight()
    const raw = this.#reply.raw
    if (!this.#ended && !raw.writableNeedDrain && isVisibleAt(location, this.#right.viewer)) raw.write(bytes)
  }

  get companyId(): number {
    return this.#feed.companyId
  }

  end(): void {
    this.#ended = true
    this.#reply.raw.end()
  }

  /** Asks whether the reader may still listen, and ends the stream when not. */
  async checkRight(): Promise<void> {
    if (!(await this.#right.renew())) this.#revoke()
  }

  /** Drops the messages that wait for the socket. */
  #revoke(): void {
    const { raw } = this.#reply
    this.#ended = true
    if (raw.writableLength > 0) raw.destroy()
    else raw.end()
  }

  #beat(): void {
    const raw = this.#reply.raw
    if (!raw.writableNeedDrain && !this.#ended) raw.write(`id: ${this.#cursor}\n\n`)
  }

  async #begin(): Promise<void> {
    // a failed read is repeated by the feed's poll a moment later
    await this.#feed.read().catch(() => {})
    await this.pump()
  }

  #onFeed(): void {
    if (!this.#writeAtOnce()) void this.pump()
  }

  /** Sends new events to a reader who is up to date, without a promise for each; false when something has to be awaited. */
  #writeAtOnce(): boolean {
    if (this.#pumping) return false
    for (const frame of this.#feed.cachedAfter(this.#cursor) ?? []) {
      if (this.#ended || this.#reply.raw.writableNeedDrain || this.#right.askedAt < rightNeededSince(frame))
        return false
      this.#write(frame)
    }
    return this.#cursor >= this.#feed.last
  }

  /** Writes what is after the cursor until the reader is up to date. One pump at a time. */
  async pump(): Promise<void> {
    this.#more = true
    if (this.#pumping) return
    this.#pumping = true
    try {
      while (this.#more && !this.#ended) {
        this.#more = false
        await this.#writePage()
      }
    } catch {
      this.#reply.raw.destroy()
    } finally {
      this.#pumping = false
    }
  }

  async #writePage(): Promise<void> {
    const readAt = performance.now()
    let sent = 0
    for (const frame of await this.#feed.after(this.#cursor)) {
      if (this.#reply.raw.writableNeedDrain) await this.#drained()
      if (this.#right.askedAt < rightNeededSince(frame)) await this.checkRight()
      if (this.#ended || (sent++ > 0 && performance.now() - readAt > maxAgeMs)) break
      this.#write(frame)
    }
    this.#more ||= this.#cursor < this.#feed.last
  }

  #write(frame: Frame): void {
    const visibility = visibilityOf(frame.event, frame.location, this.#right.viewer)
    this.#cursor = frame.event.number
    const bytes = visibility && frame[visibility]
    if (bytes) this.#reply.raw.write(bytes)
  }

  /** Resolves when the reader has taken what it was given, or is gone. */
  #drained(): Promise<void> {
    const raw = this.#reply.raw
    return new Promise((resolve) => {
      const done = () => {
        raw.off('drain', done)
        raw.off('close', done)
        resolve()
      }
      raw.on('drain', done)
      raw.on('close', done)
      if (raw.destroyed || !raw.writableNeedDrain) done()
    })
  }
}

/** The earliest time at which the right must have been checked (performance.now()). */
function rightNeededSince({ event, readAt }: Frame): number {
  const changesAccess = kindOf(event.type)?.changesAccess ?? true
  return changesAccess ? readAt : performance.now() - maxAgeMs
}
