import { publicId } from '@portico/protocol'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { currentCursor } from '../events/queries.ts'
import { ApiError } from '../http/api-error.ts'
import { ListOf } from '../http/list-schema.ts'
import { checkSortBy, cutTo, readPage } from '../http/page.ts'
import { listEnvelope } from '../http/paging.ts'
import { type Principal, requirePrincipal, requireTeammate, teammateOf } from '../http/principal.ts'
import { queryObject } from '../http/query-object.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App, RequestWith } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { assertInbox, visibleInboxIds } from '../inboxes/policy.ts'
import { findTeammateByIdOrAlias } from '../teammates/queries.ts'
import type { ConversationAdditions } from './additions.ts'
import { conversationResource } from './present.ts'
import {
  type ConversationFilter,
  type ConversationRow,
  countConversations,
  listConversations,
  type NamedConversations,
} from './queries.ts'
import { AssignedQuery, conversationSchema, ListQuery } from './schema.ts'
import { type FilterStatus, filterStatuses, statusFilter } from './status.ts'

export interface ConversationListDeps {
  db: Database
  urls: Urls
  additions: ConversationAdditions
}

const tags = ['Conversations']

export function conversationListRoutes(app: App, deps: ConversationListDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-conversations',
      summary: 'Conversations the caller may see, newest first',
      querystring: ListQuery,
      response: { 200: ListOf(conversationSchema(deps.additions)) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const scope = await scopeAsked(deps.db, principal, request.query.inbox_id)
      return answerList(deps, request, reply, principal, scope)
    },
  })
  app.route({
    method: 'GET',
    url: '/inboxes/:inbox_id/conversations',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-inbox-conversations',
      summary: 'Conversations of an inbox, newest first',
      params: Type.Object({ inbox_id: Type.String() }),
      querystring: ListQuery,
      response: { 200: ListOf(conversationSchema(deps.additions)) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const scope = await scopeAsked(deps.db, principal, request.params.inbox_id)
      return answerList(deps, request, reply, principal, scope)
    },
  })
  assignedRoute(app, deps)
  unreadRoute(app, deps)
}

function assignedRoute(app: App, deps: ConversationListDeps): void {
  app.route({
    method: 'GET',
    url: '/teammates/:teammate_id/conversations',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags,
      operationId: 'list-assigned-conversations',
      summary: 'Conversations assigned to a teammate that the caller may see, newest first',
      params: Type.Object({ teammate_id: Type.String({ description: 'tea_…, or alt:email:<address>' }) }),
      querystring: AssignedQuery,
      response: { 200: ListOf(conversationSchema(deps.additions)) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const teammate = await findTeammateByIdOrAlias(deps.db, principal, request.params.teammate_id)
      if (!teammate) throw new ApiError('not_found')
      const scope = await scopeAsked(deps.db, principal, request.query.inbox_id)
      return answerList(deps, request, reply, principal, scope, { assigneeId: teammate.id })
    },
  })
}

function unreadRoute(app: App, { db }: ConversationListDeps): void {
  app.route({
    method: 'GET',
    url: '/unread',
    config: { access: ['teammate'] },
    schema: {
      tags,
      operationId: 'count-unread',
      summary:
        'Unread open conversations per inbox and assigned to me, and those with what did not arrive; each up to 1,000',
      response: {
        200: Type.Object({
          inboxes: Type.Record(Type.String(), Type.Integer()),
          assigned_to_me: Type.Integer(),
          undelivered: Type.Integer(),
        }),
      },
    },
    handler: async (request, reply) => {
      const { companyId, teammateId, ...principal } = requireTeammate(request)
      reply.header('x-portico-cursor', await currentCursor(db, companyId))
      const inboxIds = await visibleInboxIds(db, { companyId, teammateId, ...principal })
      const counts = await countConversations(db, companyId, teammateId, inboxIds)
      return {
        inboxes: Object.fromEntries(counts.inboxes.map(({ id, unread }) => [publicId('inb', companyId, id), unread])),
        assigned_to_me: counts.assignedUnread,
        undelivered: counts.undelivered,
      }
    },
  })
}

type Scope = Pick<ConversationFilter, 'inboxIds' | 'grantedTo'>

/** All that the caller sees, or what is in one inbox. */
async function scopeAsked(db: Database, principal: Principal, inbox: string | undefined): Promise<Scope> {
  if (inbox === undefined) return { inboxIds: await visibleInboxIds(db, principal), grantedTo: teammateOf(principal) }
  const number = resourceNumber(principal, 'inb', inbox)
  await assertInbox(db, principal, number)
  return { inboxIds: [number], grantedTo: null }
}

/** A page of the conversations that the caller sees, of those that a feature names. */
export async function listNamedConversations(
  deps: ConversationListDeps,
  request: RequestWith<ListQuery>,
  reply: FastifyReply,
  among: NamedConversations,
) {
  const principal = requirePrincipal(request)
  return answerList(deps, request, reply, principal, await scopeAsked(deps.db, principal, undefined), { among })
}

async function answerList(
  { db, urls, additions }: ConversationListDeps,
  request: RequestWith<ListQuery>,
  reply: FastifyReply,
  principal: Principal,
  scope: Scope,
  more: Pick<ConversationFilter, 'assigneeId' | 'among'> = {},
) {
  const { query } = request
  checkSortBy(query, 'date', 'last_message_at')
  const filter = { ...filterOf(query, principal), ...more, ...scope }
  reply.header('x-portico-cursor', await currentCursor(db, principal.companyId))
  const { rows, ...links } = await readPage(request, {
    length: 2,
    cursorOf: (row: ConversationRow) => [row.last_us, row.id],
    async read({ after, order, limit }) {
      const cursor = after && { lastUs: after[0]!, id: after[1]! }
      const page = { ...filter, order, after: cursor, limit: limit + 1 }
      return cutTo(await listConversations(db, page, additions), limit)
    },
  })
  const results = rows.map((row) =>
    conversationResource(row, principal.companyId, { urls, additions }, { showsUnread: principal.kind === 'teammate' }),
  )
  return listEnvelope(urls, request, results, links)
}

function filterOf(query: ListQuery, principal: Principal): Omit<ConversationFilter, keyof Scope | 'limit' | 'order'> {
  return {
    companyId: principal.companyId,
    teammateId: teammateOf(principal),
    ...statusFilter(statusesAsked(query)),
    assigneeId: assigneeAsked(query.assignee_id, principal),
    isUndelivered: query.undelivered === 'true',
  }
}

/** Front's `q`, or our `status`. */
function statusesAsked(query: ListQuery): FilterStatus[] {
  const { statuses = [] } = queryObject(query, ['statuses'], ['status_ids', 'status_categories'])
  return [...statuses, ...(query.status ? [query.status] : [])].map(asFilterStatus)
}

function asFilterStatus(text: string): FilterStatus {
  const known = filterStatuses.find((status) => status === text)
  if (known) return known
  throw new ApiError('invalid_query', undefined, [
    `query.q.statuses: "${text}" is not a status; those are ${filterStatuses.join(', ')}`,
  ])
}

function assigneeAsked(assignee: string | undefined, principal: Principal): number | undefined {
  if (assignee === undefined) return undefined
  if (assignee === 'me' && principal.kind === 'teammate') return principal.teammateId
  return resourceNumber(principal, 'tea', assignee)
}
