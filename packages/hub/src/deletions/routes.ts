import { ReportedDeletion } from '@portico/protocol/schemas'
import { Type } from 'typebox'
import { requireChannelAuth } from '../channels/access.ts'
import { requireCapability, requireChannelCapability } from '../channels/capability.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { requireMessage } from '../messages/access.ts'
import { messageResource } from '../messages/present.ts'
import { ReportParams, reportedAt } from '../messages/reports.ts'
import { Message } from '../messages/schema.ts'
import { deleteMessage, reportDeletion } from './delete.ts'

interface DeletionRouteDeps {
  db: Database
  bus: Bus
  urls: Urls
}

export function deletionRoutes(app: App, deps: DeletionRouteDeps): void {
  deleteRoute(app, deps)
  reportRoute(app, deps)
}

function deleteRoute(app: App, deps: DeletionRouteDeps): void {
  const { db, urls } = deps
  app.route({
    method: 'DELETE',
    url: '/messages/:message_id',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Messages'],
      operationId: 'delete-message',
      summary: 'Remove a sent message for the customer, where its channel takes deletions',
      params: Type.Object({ message_id: Type.String() }),
      response: { 202: Message },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id, channel_id } = await requireMessage(db, principal, request.params.message_id)
      await requireChannelCapability(db, companyId, channel_id, 'deletions')
      await deleteMessage(deps, actorOf(principal), id)
      const message = await requireMessage(db, principal, request.params.message_id)
      return reply.code(202).send(messageResource(message, companyId, urls, { showsAdditions: true }))
    },
  })
}

function reportRoute(app: App, deps: DeletionRouteDeps): void {
  app.route({
    method: 'DELETE',
    url: '/channels/:channel_id/conversations/:conversation_external_id/messages/:message_external_id',
    config: { access: ['channel'] },
    schema: {
      tags: ['Channel API'],
      operationId: 'delete-external-message',
      summary: 'A message was removed at the channel, by the customer or in another app of the company',
      params: ReportParams,
      body: Type.Union([ReportedDeletion, Type.Null()]),
    },
    handler: async (request, reply) => {
      const { channel_id, conversation_external_id, message_external_id } = request.params
      const auth = requireChannelAuth(request, channel_id)
      requireCapability(auth, 'deletions')
      await reportDeletion(deps, auth, {
        externalConversationId: conversation_external_id,
        externalId: message_external_id,
        at: reportedAt(request.body?.occurred_at),
      })
      return reply.code(204).send()
    },
  })
}
