import { ReportedReactions } from '@portico/protocol/schemas'
import { Type } from 'typebox'
import { requireChannelAuth } from '../channels/access.ts'
import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import type { App } from '../http/route.ts'
import { reportReactions } from './report.ts'

/** What channel servers tell of reactions, under a channel token for the channel in the path. */
export function reactionChannelRoutes(app: App, deps: { db: Database; bus: Bus }): void {
  app.route({
    method: 'PUT',
    url: '/channels/:channel_id/conversations/:conversation_external_id/messages/:message_external_id/reactions',
    config: { access: ['channel'] },
    schema: {
      tags: ['Channel API'],
      operationId: 'sync-message-reactions',
      summary: 'All that one person has on a message now, in any order; a repeat changes nothing',
      params: Type.Object({
        channel_id: Type.String(),
        conversation_external_id: Type.String(),
        message_external_id: Type.String(),
      }),
      body: ReportedReactions,
    },
    handler: async (request, reply) => {
      const { channel_id, conversation_external_id, message_external_id } = request.params
      const auth = requireChannelAuth(request, channel_id)
      const message = { externalConversationId: conversation_external_id, externalId: message_external_id }
      await reportReactions(deps, auth, message, request.body)
      return reply.code(204).send()
    },
  })
}
