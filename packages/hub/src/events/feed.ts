import { isDeepStrictEqual } from 'node:util'
import type { Logger } from 'pino'
import type { Database, DedicatedConnection, Reader } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import type { Location } from './audience.ts'
import type { Bus } from './bus.ts'
import { type PresentDeps, type PresentedEvent, presentEvents, presentEventsAfter } from './present.ts'
import { type EventRow, listEventsAfter } from './queries.ts'

/** An event on its way to readers: presented and framed once, for all of them. */
export interface Frame {
  event: EventRow
  /** performance.now() when the event was there. */
  readAt: number
  /** The number of its conversation; null when there is none. */
  location: Location | null
  /** The frame for readers who may see the event. */
  full: Buffer
  /** The frame for readers who lost the conversation. */
  removal: Buffer | null
}

const pageSize = 200
/** Frames for one reader who is behind, kept while he waits for his socket. */
const oldPageSize = 50
const cachedBytes = 8 << 20
const cachedBytesOfAll = 64 << 20

/**
 * A company's events as they are committed, in memory while somebody reads them. Numbers are gapless and in commit order,
 * so "after n" is all there is to a cursor: nothing is missed, nothing is repeated.
 */
export class CompanyFeed {
  readonly #db: Reader
  readonly #live: Reader
  readonly #presented: PresentDeps
  readonly companyId: number
  readonly #readers = new Set<() => void>()
  #recent: Frame[] = []
  /** The location of each conversation at its last cached event, and that event's number. */
  #locations = new Map<number, { location: Location | null; number: number }>()
  #bytes = 0
  #last: number
  #reading = false
  #woken = false

  /** `live` answers in the order in which it is asked. */
  constructor(db: Reader, live: Reader, presented: PresentDeps, companyId: number, last: number) {
    this.#db = db
    this.#live = live
    this.#presented = presented
    this.companyId = companyId
    this.#last = last
  }

  get last(): number {
    return this.#last
  }

  /** Calls back whenever there may be more to read; returns the way to stop. */
  subscribe(onMore: () => void): () => void {
    this.#readers.add(onMore)
    return () => this.#readers.delete(onMore)
  }

  get isRead(): boolean {
    return this.#readers.size > 0
  }

  /** Frames after a cursor: from memory when they are still there, else from the table. */
  async after(cursor: number): Promise<Frame[]> {
    return this.cachedAfter(cursor) ?? this.#readOld(cursor)
  }

  /** The cached events; null: they must be read from the table. */
  cachedAfter(cursor: number): Frame[] | null {
    const oldest = this.#recent[0]?.event.number ?? this.#last + 1
    if (cursor + 1 < oldest) return null
    return this.#recent.slice(cursor + 1 - oldest, cursor + 1 - oldest + pageSize)
  }

  async #readOld(cursor: number): Promise<Frame[]> {
    const events = await listEventsAfter(this.#db, { companyId: this.companyId, after: cursor, limit: oldPageSize })
    const readAt = performance.now()
    return frames(await presentEvents(this.#presented, this.companyId, events, 'excerpts'), readAt)
  }

  /** The bytes of its cached frames. */
  get bytes(): number {
    return this.#bytes
  }

  /** Forgets the oldest frames, until the others take no more than this. */
  trimTo(bytes: number): void {
    let gone = 0
    for (const frame of this.#recent) {
      if (this.#bytes <= bytes) break
      this.#forget(frame)
      gone++
    }
    if (gone > 0) this.#recent = this.#recent.slice(gone)
  }

  /**
   * Reads what was committed since; called on every wake-up and by the poll. One read at a time. Throws what kept it from
   * reading; the next one begins where this one was.
   */
  async read(): Promise<void> {
    this.#woken = true
    if (this.#reading) return
    this.#reading = true
    try {
      while (this.#woken) {
        this.#woken = false
        await this.#readPage()
      }
    } finally {
      this.#reading = false
    }
  }

  async #readPage(): Promise<void> {
    const page = { companyId: this.companyId, after: this.#last, limit: pageSize }
    const presented = await presentEventsAfter(this.#presented, this.#live, page)
    if (presented.length === 0) return
    this.#cache(frames(presented, performance.now()))
    this.#last = presented.at(-1)?.event.number ?? this.#last
    this.#woken ||= presented.length === pageSize
    for (const onMore of this.#readers) onMore()
  }

  /** A frame says where its conversation was when it was made. After a move the cached ones are wrong, and made anew. */
  #cache(frames: Frame[]): void {
    if (frames.some((frame) => this.#hasMoved(frame))) this.trimTo(0)
    for (const { event, location } of frames)
      if (event.conversation_id !== null) this.#locations.set(event.conversation_id, { location, number: event.number })
    this.#bytes += frames.reduce((sum, frame) => sum + sizeOf(frame), 0)
    this.#recent = [...this.#recent, ...frames]
    this.trimTo(cachedBytes)
  }

  #forget(frame: Frame): void {
    const { number, conversation_id: id } = frame.event
    this.#bytes -= sizeOf(frame)
    if (id !== null && this.#locations.get(id)?.number === number) this.#locations.delete(id)
  }

  #hasMoved({ event: { conversation_id: id }, location }: Frame): boolean {
    return id !== null && this.#locations.has(id) && !isDeepStrictEqual(this.#locations.get(id)?.location, location)
  }
}

function frames(presented: PresentedEvent[], readAt: number): Frame[] {
  return presented.map(({ event, location, full, removal }) => ({
    event,
    readAt,
    location,
    full: bytesOf(event, full),
    removal: removal && bytesOf(event, removal),
  }))
}

function bytesOf(event: EventRow, resource: object): Buffer {
  return Buffer.from(`id: ${event.number}\ndata: ${JSON.stringify(resource)}\n\n`)
}

/** The memory of a frame: its bytes, and about as much for the objects around them. */
function sizeOf(frame: Frame): number {
  return frame.full.length + (frame.removal?.length ?? 0) + 500
}

/** The feeds of all companies that somebody reads now. */
export class Feeds {
  readonly #db: Database
  readonly #live: DedicatedConnection
  readonly #presented: PresentDeps
  readonly #feeds = new Map<number, CompanyFeed>()
  readonly #log: Pick<Logger, 'error'>
  readonly #unsubscribe: () => void
  readonly #poll: NodeJS.Timeout

  constructor(db: Database, presented: PresentDeps, bus: Bus, log: Pick<Logger, 'error'>) {
    this.#db = db
    this.#live = db.dedicatedConnection({ pipelined: true })
    this.#presented = presented
    this.#log = log
    this.#unsubscribe = bus.on('events', (companyId) => void this.#read(companyId))
    this.#poll = setInterval(() => this.#readAll(), 1_000)
  }

  /** The company's feed, started at `last` when nobody reads it yet. */
  of(companyId: number, last: number): CompanyFeed {
    const feed = this.#feeds.get(companyId) ?? new CompanyFeed(this.#db, this.#live, this.#presented, companyId, last)
    this.#feeds.set(companyId, feed)
    return feed
  }

  async close(): Promise<void> {
    this.#unsubscribe()
    clearInterval(this.#poll)
    await this.#live.close()
  }

  /** Whatever goes wrong, the poll tries again: nothing that readers missed is lost. */
  async #read(companyId: number): Promise<void> {
    try {
      await this.#feeds.get(companyId)?.read()
    } catch (error) {
      // an absent database is the readiness page's matter
      if (!(error instanceof StorageUnavailable)) this.#log.error({ err: error, company_id: companyId }, 'events')
    }
    this.#trimTo(cachedBytesOfAll)
  }

  #readAll(): void {
    for (const [companyId, feed] of this.#feeds) {
      if (feed.isRead) void this.#read(companyId)
      else this.#feeds.delete(companyId)
    }
  }

  /** Evicts first from the company with the largest cache. */
  #trimTo(bytes: number): void {
    let total = [...this.#feeds.values()].reduce((sum, feed) => sum + feed.bytes, 0)
    while (total > bytes) {
      const largest = [...this.#feeds.values()].reduce((a, b) => (b.bytes > a.bytes ? b : a))
      total -= largest.bytes
      largest.trimTo(largest.bytes >> 1)
      total += largest.bytes
    }
  }
}
