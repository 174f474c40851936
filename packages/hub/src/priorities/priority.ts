import { Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import type { ConversationAddition } from '../conversations/additions.ts'
import { action, changeConversation } from '../conversations/conversation-actions.ts'
import type { Database } from '../db/database.ts'
import { actorOf } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'

const Priority = Type.Enum(['low', 'normal', 'high', 'urgent'], {
  description: 'Portico extension: how soon the team must look at it',
})

export const priorityOfConversation: ConversationAddition = { schema: Priority, sql: 'c.priority' }

export function priorityRoute(app: App, { db, bus }: { db: Database; bus: Bus }): void {
  app.route({
    method: 'PUT',
    url: '/conversations/:conversation_id/priority',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Conversations'],
      operationId: 'update-conversation-priority',
      summary: 'Say how soon the team must look at a conversation',
      params: Type.Object({ conversation_id: Type.String() }),
      body: Type.Object({ priority: Priority }),
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { id } = await requireConversation(db, principal, request.params.conversation_id)
      const setPriority = action('set_conversation_priority', request.body.priority)
      await changeConversation(db, bus, actorOf(principal), id, setPriority)
      return reply.code(204).send()
    },
  })
}
