import { Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { requireTeammate } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { TypingSender } from './sender.ts'

interface TypingDeps {
  db: Database
  typing: Pick<TypingSender, 'tell'>
}

export function typingRoute(app: App, { db, typing }: TypingDeps): void {
  app.route({
    method: 'POST',
    url: '/conversations/:conversation_id/typing',
    config: { access: ['teammate'] },
    schema: {
      tags: ['Conversations'],
      operationId: 'tell-typing',
      summary: 'Let the customer see that the caller writes a reply, or stopped; it holds for 6 seconds',
      params: Type.Object({ conversation_id: Type.String() }),
      body: Type.Object({ is_typing: Type.Boolean() }),
    },
    handler: async (request, reply) => {
      const teammate = requireTeammate(request)
      const conversation = await requireConversation(db, teammate, request.params.conversation_id)
      await typing.tell(teammate, conversation, request.body.is_typing)
      return reply.code(204).send()
    },
  })
}
