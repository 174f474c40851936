import { Type } from 'typebox'
import type { Database } from '../db/database.ts'
import { ListOf } from '../http/list-schema.ts'
import { PageQuery, wholeList } from '../http/page.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { Teammate } from '../teammates/schema.ts'
import { requireConversation } from './access.ts'

const lists = [
  { url: '/conversations/:conversation_id/followers', operationId: 'list-conversation-followers', item: Teammate },
  { url: '/conversations/:conversation_id/comments', operationId: 'list-conversation-comments', item: Type.Object({}) },
]

/** Lists that are empty because followers and comments are not built. */
export function emptyListRoutes(app: App, { db, urls }: { db: Database; urls: Urls }): void {
  for (const { url, operationId, item } of lists) {
    app.route({
      method: 'GET',
      url,
      config: { access: ['teammate', 'api_token', 'channel'] },
      schema: {
        tags: ['Conversations'],
        operationId,
        summary: 'Always empty so far: there is no way yet to add one',
        params: Type.Object({ conversation_id: Type.String() }),
        querystring: PageQuery,
        response: { 200: ListOf(item) },
      },
      handler: async (request) => {
        await requireConversation(db, requirePrincipal(request), request.params.conversation_id)
        return wholeList(urls, request, [])
      },
    })
  }
}
