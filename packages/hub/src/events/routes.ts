import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { type Principal, requirePrincipal, teammateOf } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import { type Viewer, visibilityOf } from './audience.ts'
import { parseEventFilter, parseInboxIds } from './filter.ts'
import { answerEvents } from './page.ts'
import { type PresentDeps, type PresentedEvent, presentEvents } from './present.ts'
import { currentCursor, findEvents, listEvents } from './queries.ts'
import type { ReadableInboxes } from './right.ts'
import { EventQuery, type EventResource, eventSchema } from './schema.ts'

interface EventDeps extends PresentDeps {
  db: Database
  readableInboxes: ReadableInboxes
}

const tags = ['Events']

export function eventRoutes(app: App, deps: EventDeps): void {
  listRoute(app, deps)
  oneRoute(app, deps)
}

function listRoute(app: App, deps: EventDeps): void {
  const { db, readableInboxes } = deps
  app.route({
    method: 'GET',
    url: '/events',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-events',
      summary: 'What happened, newest first',
      querystring: EventQuery,
      response: { 200: ListOf(eventSchema(deps.presenters)) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const readable = await readableInboxes(principal)
      const viewer = viewerOf(principal, readable)
      const { inboxes, ...filter } = parseEventFilter(request.query, ['types', 'before', 'after', 'inboxes'])
      const inboxIds = inboxes ? parseInboxIds(principal, inboxes, readable) : readable
      const grantedTo = inboxes ? null : viewer.teammateId
      reply.header('x-portico-cursor', await currentCursor(db, principal.companyId))
      return answerEvents(deps, request, principal, {
        list: (page) => listEvents(db, { ...filter, ...page }, { teammateId: viewer.teammateId, inboxIds, grantedTo }),
        show: (event) => shownTo(event, viewer),
      })
    },
  })
}

function oneRoute(app: App, deps: EventDeps): void {
  const { db, readableInboxes } = deps
  app.route({
    method: 'GET',
    url: '/events/:event_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'get-event',
      summary: 'One event, as the caller may be told of it now',
      params: Type.Object({ event_id: Type.String() }),
      response: { 200: eventSchema(deps.presenters) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const number = resourceNumber(principal, 'evt', request.params.event_id)
      const rows = await findEvents(db, principal.companyId, [number])
      const [event] = await presentEvents(deps, principal.companyId, rows, 'whole')
      const visible = event && shownTo(event, viewerOf(principal, await readableInboxes(principal)))
      if (!visible) throw new ApiError('not_found')
      return visible
    },
  })
}

function viewerOf(principal: Principal, inboxIds: number[]): Viewer {
  return { teammateId: teammateOf(principal), inboxIds: new Set(inboxIds) }
}

function shownTo(event: PresentedEvent, viewer: Viewer): EventResource | null {
  const visibility = visibilityOf(event.event, event.location, viewer)
  return visibility && event[visibility]
}
