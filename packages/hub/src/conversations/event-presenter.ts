import type { Database } from '../db/database.ts'
import type { ConversationPresenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import { conversationResource, goneConversation } from './present.ts'
import { findConversations, findConversationsOfEvents, type PlacedConversation } from './queries.ts'
import { Conversation, GoneConversation } from './schema.ts'

export function conversationsInEvents({ db, urls }: { db: Database; urls: Urls }): ConversationPresenter {
  const show = (rows: PlacedConversation[], companyId: number) =>
    new Map(
      rows.map((row) => [
        row.id,
        {
          place: { inboxIds: row.inbox_ids, teammateIds: row.teammate_ids },
          resource: conversationResource(row, companyId, urls),
        },
      ]),
    )
  return {
    schema: Conversation,
    goneSchema: GoneConversation,
    find: async (companyId, ids) => show(await findConversations(db, companyId, ids, null), companyId),
    findOfEvents: async (reader, events) => show(await findConversationsOfEvents(reader, events), events.companyId),
    gone: (companyId, number, at) => goneConversation(number, at, companyId, urls),
  }
}
