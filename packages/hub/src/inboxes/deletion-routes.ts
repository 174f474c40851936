import { Type } from 'typebox'
import { actorOf } from '../events/actor.ts'
import { ApiError } from '../http/api-error.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import type { App } from '../http/route.ts'
import { countContents, deleteInbox, type InboxDeletion } from './delete.ts'
import { assertInbox, requireManagedInbox, visibleInboxIds } from './policy.ts'
import type { InboxDeps } from './routes.ts'

const tags = ['Inboxes']
const Params = Type.Object({ inbox_id: Type.String() })
const Query = Type.Object({
  move_to: Type.Optional(Type.String({ description: 'The inbox that gets its conversations and channels' })),
})

interface DeletionDeps extends InboxDeps {
  /** Moves a channel for a caller, with its conversations. */
  moveChannel(principal: Principal): InboxDeletion['moveChannel']
}

/** Deleting an inbox, and what it would touch (a Portico extension). */
export function inboxDeletionRoutes(app: App, { db, bus, moveChannel }: DeletionDeps): void {
  app.route({
    method: 'GET',
    url: '/inboxes/:inbox_id/deletion',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'get-inbox-deletion',
      summary: 'What becomes homeless when an inbox is deleted',
      params: Params,
      response: { 200: Type.Object({ conversations: Type.Integer(), channels: Type.Integer() }) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const inboxId = await requireManagedInbox(db, principal, request.params.inbox_id)
      return countContents(db, principal.companyId, inboxId)
    },
  })
  app.route({
    method: 'DELETE',
    url: '/inboxes/:inbox_id',
    config: { access: ['admin'] },
    schema: {
      tags,
      operationId: 'delete-inbox',
      summary: 'Delete an inbox',
      description:
        'While conversations or channels are in it, move_to says which inbox gets them. Only who has both inboxes can do ' +
        'that: else an admin could read what is closed to them.',
      params: Params,
      querystring: Query,
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const inboxId = await requireManagedInbox(db, principal, request.params.inbox_id)
      const { move_to } = request.query
      const heir = move_to === undefined ? undefined : resourceNumber(principal, 'inb', move_to)
      if (heir !== undefined) {
        await assertInbox(db, principal, heir)
        if (heir === inboxId) throw new ApiError('invalid_query', undefined, ['query.move_to: is the inbox itself'])
        const visible = await visibleInboxIds(db, principal)
        if (!visible.includes(inboxId)) throw new ApiError('forbidden', 'Only who has an inbox can move what is in it.')
      }
      await deleteInbox({ db, bus }, actorOf(principal), { inboxId, heir, moveChannel: moveChannel(principal) })
      return reply.code(204).send()
    },
  })
}
