import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import { currentCursor } from '../conversations/queries.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { decodePageToken, encodePageToken, fitting, listEnvelope, parseLimit } from '../http/paging.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { Urls } from '../http/urls.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { weightOf } from '../messages/present.ts'
import { findBodySizes } from '../messages/queries.ts'
import { list } from '../messages/schema.ts'
import { tellingOf, type Viewer } from './audience.ts'
import { type EventResource, type PresentedEvent, presentEvents } from './present.ts'
import { type EventRow, findEvent, listConversationEvents, listEvents } from './queries.ts'

interface EventDeps {
  db: Database
  urls: Urls
}

const Event = Type.Object(
  { id: Type.String(), type: Type.String(), emitted_at: Type.Number() },
  { additionalProperties: true },
)
const Page = Type.Object({ limit: Type.Optional(Type.String()), page_token: Type.Optional(Type.String()) })
type Page = { limit?: string; page_token?: string }
const tags = ['Events']

export function eventRoutes(app: FastifyInstance, deps: EventDeps): void {
  const { db } = deps
  oneRoute(app, deps)
  app.route({
    method: 'GET',
    url: '/events',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-events',
      summary: 'What happened, newest first',
      querystring: Page,
      response: { 200: list(Event) },
    },
    handler: async (request: FastifyRequest<{ Querystring: Page }>, reply) => {
      const principal = requirePrincipal(request)
      const inboxIds = await visibleInboxIds(db, principal)
      const viewer = { teammateId: null, inboxIds: new Set(inboxIds) }
      reply.header('x-portico-cursor', await currentCursor(db, principal.companyId))
      return answerPage(
        deps,
        request,
        principal,
        (before, limit) => listEvents(db, principal.companyId, inboxIds, before, limit),
        (one) => toldOf(one, viewer),
      )
    },
  })
  app.route({
    method: 'GET',
    url: '/conversations/:conversation_id/events',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'list-conversation-events',
      summary: 'What happened to a conversation beside its messages, newest first',
      params: Type.Object({ conversation_id: Type.String() }),
      querystring: Page,
      response: { 200: list(Event) },
    },
    handler: async (request: FastifyRequest<{ Params: { conversation_id: string }; Querystring: Page }>) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      return answerPage(
        deps,
        request,
        principal,
        (before, limit) => listConversationEvents(db, principal.companyId, conversation.id, before, limit),
        ({ inside }) => inside,
      )
    },
  })
}

function oneRoute(app: FastifyInstance, { db, urls }: EventDeps): void {
  app.route({
    method: 'GET',
    url: '/events/:event_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-event',
      summary: 'One event, as the caller may be told of it now',
      params: Type.Object({ event_id: Type.String() }),
      response: { 200: Event },
    },
    handler: async (request: FastifyRequest<{ Params: { event_id: string } }>) => {
      const principal = requirePrincipal(request)
      const number = resourceNumber(principal, 'evt', request.params.event_id)
      const rows = await findEvent(db, principal.companyId, number)
      const [event] = await presentEvents(db, urls, principal.companyId, rows, 'whole')
      const teammateId = principal.kind === 'teammate' ? principal.teammateId : null
      const viewer = { teammateId, inboxIds: new Set(await visibleInboxIds(db, principal)) }
      const told = event && toldOf(event, viewer)
      if (!told) throw new ApiError('not_found')
      return told
    },
  })
}

async function answerPage(
  { db, urls }: EventDeps,
  request: FastifyRequest,
  principal: Principal,
  read: (before: number, limit: number) => Promise<EventRow[]>,
  tell: (event: PresentedEvent) => EventResource | null,
) {
  const query = request.query as Page
  const limit = parseLimit(query.limit)
  const place = decodePageToken(request, query.page_token, 1)
  const rows = await read(place ? place[0]! : Number.MAX_SAFE_INTEGER, limit + 1)
  const loaded = await withinBytes(db, principal.companyId, rows.slice(0, limit))
  const page = fitting(await presentEvents(db, urls, principal.companyId, loaded, 'whole'), ({ message }) =>
    message ? weightOf(message) : 0,
  )
  const last = rows.length > page.length ? page.at(-1) : undefined
  const results = page.map(tell).filter((one) => one !== null)
  return listEnvelope(urls, request, results, last ? encodePageToken(request, [last.event.number]) : null)
}

/** Those of a page whose messages fit into an answer. */
async function withinBytes(db: Database, companyId: number, events: EventRow[]): Promise<EventRow[]> {
  const ids = events.flatMap(({ message_id }) => message_id ?? [])
  const sizes = await findBodySizes(db, companyId, ids)
  return fitting(events, ({ message_id }) => sizes.get(message_id ?? 0) ?? 0)
}

function toldOf(event: PresentedEvent, viewer: Viewer): EventResource | null {
  const telling = tellingOf(event.event, event.place, viewer)
  return telling && event[telling]
}
