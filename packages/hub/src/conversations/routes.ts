import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import { Reference } from '../http/list-schema.ts'
import { type Principal, requirePrincipal, requireTeammate, teammateOf } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { assertInbox } from '../inboxes/policy.ts'
import { findTeammateByIdOrAlias } from '../teammates/queries.ts'
import { type ConversationRef, requireConversation } from './access.ts'
import type { ConversationAdditions } from './additions.ts'
import { moveReadPosition } from './attention.ts'
import { actionsOfFields, type ConversationChangeFields } from './change-fields.ts'
import { assign, type ConversationAction, changeConversation, moveTo, setStatus } from './conversation-actions.ts'
import { deleteConversation } from './delete.ts'
import { conversationResource } from './present.ts'
import { findConversation } from './queries.ts'
import { ConversationChange, conversationSchema } from './schema.ts'
import { statusWritten } from './status.ts'

interface ConversationDeps {
  db: Database
  bus: Bus
  urls: Urls
  additions: ConversationAdditions
  changeFields: ConversationChangeFields
}

const tags = ['Conversations']
const Params = Type.Object({ conversation_id: Type.String() })

export function conversationRoutes(app: App, deps: ConversationDeps): void {
  readRoute(app, deps)
  changeRoutes(app, deps)
  deleteRoute(app, deps)
  readPositionRoute(app, deps)
}

function readRoute(app: App, { db, urls, additions }: ConversationDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:conversation_id',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'get-conversation-by-id',
      summary: 'One conversation',
      params: Params,
      response: { 200: conversationSchema(additions) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { id } = await requireConversation(db, principal, request.params.conversation_id)
      const conversation = await findConversation(db, principal.companyId, id, teammateOf(principal), additions)
      if (!conversation) throw new ApiError('not_found')
      return conversationResource(
        conversation,
        principal.companyId,
        { urls, additions },
        {
          isForChannel: principal.kind === 'channel',
          showsUnread: principal.kind === 'teammate',
        },
      )
    },
  })
}

function changeRoutes(app: App, { db, bus, changeFields }: ConversationDeps): void {
  const added = Object.fromEntries(
    Object.entries(changeFields).map(([name, { schema }]) => [name, Type.Optional(schema)]),
  )
  app.route({
    method: 'PATCH',
    url: '/conversations/:conversation_id',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'update-conversation',
      summary: 'Assign, archive, reopen or move a conversation, put it in the trash or in spam, restore it',
      params: Params,
      body: Type.Unsafe<ConversationChange>(Type.Object({ ...ConversationChange.properties, ...added })),
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      const ofFields = await actionsOfFields(changeFields, db, principal, request.body)
      const actions = await actionsOf(db, principal, conversation, request.body, ofFields)
      await changeConversation(db, bus, actorOf(principal), conversation.id, ...actions)
      return reply.code(204).send()
    },
  })
  app.route({
    method: 'PUT',
    url: '/conversations/:conversation_id/assignee',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags,
      operationId: 'update-conversation-assignee',
      summary: 'Assign a conversation, or unassign it with null',
      description: 'A teammate who does not have its inbox gets access to this conversation.',
      params: Params,
      body: Type.Object({ assignee_id: Type.Union([Reference(), Type.Null()]) }),
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      const assigneeId = await assigneeOf(db, principal, request.body.assignee_id)
      await changeConversation(db, bus, actorOf(principal), conversation.id, assign(assigneeId))
      return reply.code(204).send()
    },
  })
}

function deleteRoute(app: App, { db, bus }: ConversationDeps): void {
  app.route({
    method: 'DELETE',
    url: '/conversations/:conversation_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-conversation',
      summary: 'Delete a conversation of the trash for ever',
      description:
        'Its messages go with it. Anything else than trash or spam is refused: put it there first. Admins and API tokens only.',
      params: Params,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireConversation(db, principal, request.params.conversation_id)
      await deleteConversation(db, bus, actorOf(principal), id)
      return reply.code(204).send()
    },
  })
}

function readPositionRoute(app: App, { db, bus }: ConversationDeps): void {
  app.route({
    method: 'PUT',
    url: '/conversations/:conversation_id/read_position',
    config: { access: ['teammate'] },
    schema: {
      tags,
      operationId: 'update-read-position',
      summary:
        'What the teammate has read: up to a message or missed call, up to the newest (null), or nothing ("unread")',
      params: Params,
      body: Type.Object({ message_id: Type.Union([Reference(), Type.Null()]) }),
    },
    handler: async (request, reply) => {
      const principal = requireTeammate(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      const { message_id } = request.body
      const kind = message_id?.startsWith('cal_') ? 'cal' : 'msg'
      const upTo = message_id === 'unread' ? -1 : message_id && resourceNumber(principal, kind, message_id)
      await moveReadPosition(db, bus, principal, conversation.id, upTo || null)
      return reply.code(204).send()
    },
  })
}

/** Restores before it assigns: a conversation in the trash takes no assignee. */
async function actionsOf(
  db: Database,
  principal: Principal,
  { status: was }: ConversationRef,
  change: ConversationChange,
  ofFields: ConversationAction[],
): Promise<ConversationAction[]> {
  const { inbox_id, assignee_id } = change
  const status = change.status && statusWritten(change.status)
  const inbox = inbox_id === undefined ? null : await inboxOf(db, principal, inbox_id)
  const move = [...(inbox === null ? [] : [moveTo(inbox)]), ...ofFields]
  const assigning = assignee_id === undefined ? [] : [assign(await assigneeOf(db, principal, assignee_id))]
  const putting = status === undefined ? [] : [setStatus(status)]
  const isPutAway = was === 'trashed' || was === 'spam'
  return isPutAway ? [...move, ...putting, ...assigning] : [...move, ...assigning, ...putting]
}

async function assigneeOf(db: Database, principal: Principal, reference: string | null): Promise<number | null> {
  if (reference === null) return null
  const teammate = await findTeammateByIdOrAlias(db, principal, reference)
  if (!teammate)
    throw new ApiError('invalid_body', 'The assignee is not a teammate.', ['body.assignee_id: not a teammate'])
  return teammate.id
}

async function inboxOf(db: Database, principal: Principal, asked: string): Promise<number> {
  const inbox = resourceNumber(principal, 'inb', asked)
  await assertInbox(db, principal, inbox)
  return inbox
}
