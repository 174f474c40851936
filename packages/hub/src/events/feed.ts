import type { Database } from '../db/database.ts'
import { StorageUnavailable } from '../db/failures.ts'
import type { Urls } from '../http/urls.ts'
import type { Bus } from './bus.ts'
import { presentEvents } from './present.ts'
import { type EventRow, listEventsAfter } from './queries.ts'

/** An event on its way to readers: presented and framed once, for all of them. */
export interface Frame {
  event: EventRow
  bytes: Buffer
}

const pageSize = 200
const keptFrames = 1_000

/**
 * A company's events as they are committed, kept while somebody reads them. Numbers are gapless and in commit order,
 * so "after n" is all there is to a cursor: nothing is missed, nothing is repeated.
 */
export class CompanyFeed {
  readonly #db: Database
  readonly #urls: Urls
  readonly #companyId: number
  readonly #readers = new Set<() => void>()
  #recent: Frame[] = []
  #last: number
  #reading = false
  #woken = false

  constructor(db: Database, urls: Urls, companyId: number, last: number) {
    this.#db = db
    this.#urls = urls
    this.#companyId = companyId
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
    const oldest = this.#recent[0]?.event.number ?? this.#last + 1
    if (cursor + 1 >= oldest) return this.#recent.slice(cursor + 1 - oldest, cursor + 1 - oldest + pageSize)
    return this.#frame(await listEventsAfter(this.#db, this.#companyId, cursor, pageSize))
  }

  /** Reads what was committed since; called on every wake-up and by the poll. One read at a time. */
  async read(): Promise<void> {
    this.#woken = true
    if (this.#reading) return
    this.#reading = true
    try {
      while (this.#woken) {
        this.#woken = false
        await this.#readPage()
      }
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error
    } finally {
      this.#reading = false
    }
  }

  async #readPage(): Promise<void> {
    const events = await listEventsAfter(this.#db, this.#companyId, this.#last, pageSize)
    if (events.length === 0) return
    this.#recent = [...this.#recent, ...(await this.#frame(events))].slice(-keptFrames)
    this.#last = events.at(-1)?.number ?? this.#last
    this.#woken ||= events.length === pageSize
    for (const onMore of this.#readers) onMore()
  }

  async #frame(events: EventRow[]): Promise<Frame[]> {
    const resources = await presentEvents(this.#db, this.#urls, this.#companyId, events)
    return events.map((event, index) => ({
      event,
      bytes: Buffer.from(`id: ${event.number}\ndata: ${JSON.stringify(resources[index])}\n\n`),
    }))
  }
}

/** The feeds of all companies that somebody reads now. */
export class Feeds {
  readonly #db: Database
  readonly #urls: Urls
  readonly #feeds = new Map<number, CompanyFeed>()
  readonly #stopHearing: () => void
  readonly #poll: NodeJS.Timeout

  constructor(db: Database, urls: Urls, bus: Bus) {
    this.#db = db
    this.#urls = urls
    this.#stopHearing = bus.on('events', (companyId) => void this.#feeds.get(companyId)?.read())
    this.#poll = setInterval(() => this.#readAll(), 1_000)
  }

  /** The company's feed, started at `last` when nobody reads it yet. */
  of(companyId: number, last: number): CompanyFeed {
    const feed = this.#feeds.get(companyId) ?? new CompanyFeed(this.#db, this.#urls, companyId, last)
    this.#feeds.set(companyId, feed)
    return feed
  }

  close(): void {
    this.#stopHearing()
    clearInterval(this.#poll)
  }

  #readAll(): void {
    for (const [companyId, feed] of this.#feeds) {
      if (feed.isRead) void feed.read()
      else this.#feeds.delete(companyId)
    }
  }
}
