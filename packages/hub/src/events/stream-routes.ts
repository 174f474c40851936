import { publicId } from '@portico/protocol'
import { Type } from 'typebox'
import { ApiError } from '../http/api-error.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Bus, DraftHint } from './bus.ts'
import type { Feeds } from './feed.ts'
import type { Presenters } from './presenters.ts'
import { currentCursor } from './queries.ts'
import { Reader } from './reader.ts'
import { Right, type RightDeps } from './right.ts'
import { eventSchema } from './schema.ts'
import { TypingFrames } from './typing-frames.ts'

/** Rights are asked for so often when nobody says that one has ended. */
const checkEveryMs = 700

interface StreamDeps extends RightDeps {
  feeds: Feeds
  presenters: Presenters
  bus: Pick<Bus, 'on'>
}

/** GET /stream: server-sent events, resumed with Last-Event-ID or `after`. */
export function streamRoutes(app: App, deps: StreamDeps): void {
  const { db, feeds } = deps
  const readers = new Set<Reader>()
  const stopChecking = checkRights(readers, deps.bus)
  const unsubscribeDrafts = deps.bus.on('drafts', (draft) => {
    for (const reader of readers) reader.sendOwn(draft.companyId, draft.teammateId, draftFrame(draft))
  })
  const unsubscribeTyping = deps.bus.on('typing', new TypingFrames(readers, deps.presenters).add)
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
    stopChecking()
    unsubscribeDrafts()
    unsubscribeTyping()
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
        'Each message is an Event resource; its id is the cursor. Reconnect with Last-Event-ID (or `after`, from the x-portico-cursor header of a list answer) and nothing is missed or repeated. `event: reset` says that the cursor is unknown: read the lists again. A long message comes as an excerpt, with `is_excerpt`: read it by its id. A conversation that the caller may see no more comes as `deleted`, with nothing else in it. The stream ends with the right to listen. `event: draft` tells a teammate that a draft of theirs has another version; it has no id, and one that was missed is found by reading the draft. `event: typing` says that a customer writes in a conversation, or stopped; it has no id, and holds for 6 seconds.',
      querystring: Type.Object({
        after: Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
      }),
      response: {
        200: { description: 'Events', content: { 'text/event-stream': { schema: eventSchema(deps.presenters) } } },
      },
    },
    handler: async (request, reply) => {
      const { companyId } = requirePrincipal(request)
      const last = await currentCursor(db, companyId)
      const given = String(request.headers['last-event-id'] || (request.query.after ?? last))
      const asked = Number(given)
      const known = /^\d+$/.test(given) && asked <= last
      const right = new Right(deps, request)
      if (!(await right.renew())) throw new ApiError('missing_token')
      const reader = new Reader(feeds.of(companyId, last), right, reply, known ? asked : last)
      // a reader who disconnected meanwhile emits no further close event
      if (reply.raw.destroyed) return reply.hijack()
      if (isClosing) throw new ApiError('shutting_down')
      readers.add(reader)
      reader.start(!known, () => readers.delete(reader))
    },
  })
}

/** Sends a message without an id: it is no event of the company, and is not repeated after a reconnection. */
function draftFrame({ companyId, conversationId, version }: DraftHint): string {
  const conversation_id = conversationId === null ? null : publicId('cnv', companyId, conversationId)
  return `event: draft\ndata: ${JSON.stringify({ conversation_id, version })}\n\n`
}

/** Holds every open stream against its right, when one has ended somewhere and again and again. One round at a time. */
function checkRights(readers: Set<Reader>, bus: Pick<Bus, 'on'>): () => void {
  let pending = false
  let running = false
  const check = async () => {
    pending = true
    if (running) return
    running = true
    while (pending) {
      pending = false
      // a store that is away is asked again by the next round; until then nothing is told
      await Promise.allSettled([...readers].map((reader) => reader.checkRight()))
    }
    running = false
  }
  const unsubscribe = bus.on('rights', () => void check())
  const timer = setInterval(() => void check(), checkEveryMs)
  return () => {
    unsubscribe()
    clearInterval(timer)
  }
}
