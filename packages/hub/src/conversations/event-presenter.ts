import type { Database } from '../db/database.ts'
import type { ConversationPresenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import { conversationResource, goneConversation } from './present.ts'
import { findConversations } from './queries.ts'
import { Conversation, GoneConversation } from './schema.ts'

export function conversationsInEvents({ db, urls }: { db: Database; urls: Urls }): ConversationPresenter {
  return {
    schema: Conversation,
    goneSchema: GoneConversation,
    async find(companyId, ids) {
      const rows = await findConversations(db, companyId, ids, null)
      return new Map(
        rows.map((row) => [
          row.id,
          {
            place: { inboxIds: row.inbox_ids, teammateIds: row.teammate_ids },
            resource: conversationResource(row, companyId, urls),
          },
        ]),
      )
    },
    gone: (companyId, number, at) => goneConversation(number, at, companyId, urls),
  }
}
