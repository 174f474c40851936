import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { currentCursor } from '../conversations/queries.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import type { CompanyFeed, Feeds, Frame } from './feed.ts'

const heartbeatMs = 15_000
/** A reader that has this much unread in its socket is closed; it resumes from its cursor. */
const maxBufferedBytes = 1 << 20

interface StreamDeps {
  db: Database
  feeds: Feeds
}

/** GET /stream: server-sent events, resumed with Last-Event-ID or `after`. */
export function streamRoutes(app: FastifyInstance, { db, feeds }: StreamDeps): void {
  const readers = new Set<Reader>()
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
    for (const reader of readers) reader.end()
  })
  app.route({
    method: 'GET',
    url: '/stream',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Events'],
      operationId: 'stream-events',
      summary: 'Everything that happens and that the caller may see, as server-sent events',
      description:
        'Each message is an Event resource; its id is the cursor. Reconnect with Last-Event-ID (or `after`, from the x-portico-cursor header of a list answer) and nothing is missed or repeated. `event: reset` says that the cursor is unknown: read the lists again.',
      querystring: Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) }),
    },
    handler: async (request: FastifyRequest<{ Querystring: { after?: number } }>, reply) => {
      const principal = requirePrincipal(request)
      const last = await currentCursor(db, principal.companyId)
      const asked = Number(request.headers['last-event-id'] ?? request.query.after ?? last)
      const known = Number.isSafeInteger(asked) && asked >= 0 && asked <= last
      const inboxIds = await visibleInboxIds(db, principal)
      const feed = feeds.of(principal.companyId, last)
      const reader = new Reader(db, principal, feed, reply, new Set(inboxIds), known ? asked : last)
      // who hung up while we looked tells us so no more
      if (reply.raw.destroyed) return reply.hijack()
      if (isClosing) throw new ApiError('shutting_down')
      readers.add(reader)
      reader.start(!known, () => readers.delete(reader))
    },
  })
}

/** One open stream: its cursor, what it may see, and its socket. */
class Reader {
  readonly #db: Database
  readonly #principal: Principal
  readonly #feed: CompanyFeed
  readonly #reply: FastifyReply
  #inboxIds: Set<number>
  #cursor: number
  #pumping = false
  #more = false
  #ended = false

  constructor(
    db: Database,
    principal: Principal,
    feed: CompanyFeed,
    reply: FastifyReply,
    inboxIds: Set<number>,
    cursor: number,
  ) {
    this.#db = db
    this.#principal = principal
    this.#feed = feed
    this.#reply = reply
    this.#inboxIds = inboxIds
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
    const unsubscribe = this.#feed.subscribe(() => void this.pump())
    const heartbeat = setInterval(() => raw.write(`id: ${this.#cursor}\n\n`), heartbeatMs)
    raw.on('close', () => {
      this.#ended = true
      unsubscribe()
      clearInterval(heartbeat)
      onEnd()
    })
    void this.#feed.read()
    void this.pump()
  }

  end(): void {
    this.#reply.raw.end()
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
    const frames = await this.#feed.after(this.#cursor)
    for (const frame of frames) {
      if (frame.event.number <= this.#cursor) continue
      if (changesAccess(frame)) this.#inboxIds = new Set(await visibleInboxIds(this.#db, this.#principal))
      if (this.#maySee(frame)) this.#reply.raw.write(frame.bytes)
      this.#cursor = frame.event.number
    }
    this.#more ||= this.#cursor < this.#feed.last
    if (this.#reply.raw.writableLength > maxBufferedBytes) this.#reply.raw.destroy()
  }

  #maySee({ event }: Frame): boolean {
    if (event.type === 'read') {
      return this.#principal.kind === 'teammate' && event.actor_id === this.#principal.teammateId
    }
    return event.inbox_id === null || this.#inboxIds.has(event.inbox_id)
  }
}

function changesAccess({ event }: Frame): boolean {
  return event.type === 'inbox' || event.type === 'teammate'
}
