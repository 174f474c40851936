import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { inboxResource } from '../inboxes/present.ts'
import { findInboxes } from '../inboxes/queries.ts'
import { Inbox } from '../inboxes/schema.ts'
import { requireConversation } from './access.ts'
import type { ConversationAdditions } from './additions.ts'
import { findConversation } from './queries.ts'

interface InboxesDeps {
  db: Database
  urls: Urls
  additions: ConversationAdditions
}

export function conversationInboxesRoute(app: App, { db, urls, additions }: InboxesDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:conversation_id/inboxes',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags: ['Conversations'],
      operationId: 'list-conversation-inboxes',
      summary: 'The inboxes that a conversation is in and that the caller has',
      params: Type.Object({ conversation_id: Type.String() }),
      querystring: PageQuery,
      response: { 200: ListOf(Inbox) },
    },
    handler: async (request) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id } = await requireConversation(db, principal, request.params.conversation_id)
      const conversation = await findConversation(db, companyId, id, null, additions)
      const visible = await visibleInboxIds(db, principal)
      const rows = await findInboxes(
        db,
        companyId,
        visible.filter((inbox) => conversation?.inbox_ids.includes(inbox)),
      )
      return wholeList(
        urls,
        request,
        rows.map((row) => inboxResource(row, companyId, urls)),
      )
    },
  })
}
