import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { isPrivateTo } from '../events/audience.ts'
import { parseEventFilter } from '../events/filter.ts'
import { answerEvents } from '../events/page.ts'
import type { PresentDeps } from '../events/present.ts'
import { listConversationEvents } from '../events/queries.ts'
import { EventQuery, eventSchema } from '../events/schema.ts'
import { ListOf } from '../http/list-schema.ts'
import { requirePrincipal, teammateOf } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { requireConversation } from './access.ts'

export function conversationEventsRoute(app: App, deps: PresentDeps & { db: Database }): void {
  const { db } = deps
  app.route({
    method: 'GET',
    url: '/conversations/:conversation_id/events',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags: ['Events'],
      operationId: 'list-conversation-events',
      summary: 'What happened to a conversation, newest first',
      params: Type.Object({ conversation_id: Type.String() }),
      querystring: EventQuery,
      response: { 200: ListOf(eventSchema(deps.presenters)) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const conversation = await requireConversation(db, principal, request.params.conversation_id)
      const filter = parseEventFilter(request.query, ['types', 'before', 'after'])
      const teammateId = teammateOf(principal)
      return answerEvents(deps, request, principal, {
        list: (page) =>
          listConversationEvents(db, { ...filter, ...page }, { conversationId: conversation.id, teammateId }),
        show: ({ event, full }) => (isPrivateTo(event, teammateId) ? null : full),
      })
    },
  })
}
