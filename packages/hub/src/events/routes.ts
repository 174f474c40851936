import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import { currentCursor } from '../conversations/queries.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { readPage, SortedQuery } from '../http/page.ts'
import { fitting, listEnvelope } from '../http/paging.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { Urls } from '../http/urls.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { weightOf } from '../messages/present.ts'
import { findBodySizes } from '../messages/queries.ts'
import { eventsAsked, inboxesAsked } from './asked.ts'
import { isPrivateTo, tellingOf, type Viewer } from './audience.ts'
import { causeKinds, eventTypes } from './catalogue.ts'
import { type EventResource, type PresentedEvent, presentEvents } from './present.ts'
import { type EventFilter, type EventRow, findEvent, listConversationEvents, listEvents } from './queries.ts'

interface EventDeps {
  db: Database
  urls: Urls
}

const Event = Type.Object(
  {
    id: Type.String(),
    type: Type.Enum(eventTypes),
    emitted_at: Type.Number(),
    cause: Type.Union([
      Type.Object({ type: Type.Enum([...causeKinds]), id: Type.Union([Type.String(), Type.Null()]) }),
      Type.Null(),
    ]),
  },
  { additionalProperties: true },
)
const Query = Type.Object({
  ...SortedQuery.properties,
  q: Type.Optional(
    Type.String({
      description: 'Front\'s query object: {"types":["archive"],"before":1.5,"after":1.5,"inboxes":["inb_1"]}',
    }),
  ),
})
type Query = Static<typeof Query>
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
      querystring: Query,
      response: { 200: ListOf(Event) },
    },
    handler: async (request: FastifyRequest<{ Querystring: Query }>, reply) => {
      const principal = requirePrincipal(request)
      const visible = await visibleInboxIds(db, principal)
      const viewer = { teammateId: teammateOf(principal), inboxIds: new Set(visible) }
      const { inboxes, ...asked } = eventsAsked(request, ['types', 'before', 'after', 'inboxes'])
      const inboxIds = inboxes ? inboxesAsked(principal, inboxes, visible) : visible
      reply.header('x-portico-cursor', await currentCursor(db, principal.companyId))
      return answerPage(
        deps,
        request,
        principal,
        (page) => listEvents(db, { ...asked, ...page }, inboxIds),
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
      summary: 'What happened to a conversation, newest first',
      params: Type.Object({ conversation_id: Type.String() }),
      querystring: Query,
      response: { 200: ListOf(Event) },
    },
    handler: async (request: FastifyRequest<{ Params: { conversation_id: string }; Querystring: Query }>) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      const asked = eventsAsked(request, ['types', 'before', 'after'])
      return answerPage(
        deps,
        request,
        principal,
        (page) => listConversationEvents(db, { ...asked, ...page }, conversation.id),
        ({ event, inside }) => (isPrivateTo(event, teammateOf(principal)) ? null : inside),
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
      const viewer = { teammateId: teammateOf(principal), inboxIds: new Set(await visibleInboxIds(db, principal)) }
      const told = event && toldOf(event, viewer)
      if (!told) throw new ApiError('not_found')
      return told
    },
  })
}

type Place = Pick<EventFilter, 'companyId' | 'order' | 'behind' | 'limit'>

async function answerPage(
  { db, urls }: EventDeps,
  request: FastifyRequest,
  principal: Principal,
  list: (place: Place) => Promise<EventRow[]>,
  tell: (event: PresentedEvent) => EventResource | null,
) {
  const { companyId } = principal
  const { rows, ...links } = await readPage(request, {
    length: 1,
    placeOf: ({ event }: PresentedEvent) => [event.number],
    async read({ after, order, limit }) {
      const found = await list({ companyId, order, behind: after?.[0], limit: limit + 1 })
      const loaded = await withinBytes(db, companyId, found.slice(0, limit))
      const presented = await presentEvents(db, urls, companyId, loaded, 'whole')
      const fit = fitting(presented, ({ message }) => (message ? weightOf(message) : 0))
      return { rows: fit, hasMore: fit.length < found.length }
    },
  })
  return listEnvelope(
    urls,
    request,
    rows.map(tell).filter((one) => one !== null),
    links,
  )
}

/** Those of a page whose messages fit into an answer. */
async function withinBytes(db: Database, companyId: number, events: EventRow[]): Promise<EventRow[]> {
  const ids = events.flatMap(({ message_id }) => message_id ?? [])
  const sizes = await findBodySizes(db, companyId, ids)
  return fitting(events, ({ message_id }) => sizes.get(message_id ?? 0) ?? 0)
}

function teammateOf(principal: Principal): number | null {
  return principal.kind === 'teammate' ? principal.teammateId : null
}

function toldOf(event: PresentedEvent, viewer: Viewer): EventResource | null {
  const telling = tellingOf(event.event, event.place, viewer)
  return telling && event[telling]
}
