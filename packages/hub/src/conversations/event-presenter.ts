import type { Database } from '../db/database.ts'
import type { ConversationPresenter } from '../events/presenters.ts'
import type { Urls } from '../http/urls.ts'
import type { ConversationAdditions } from './additions.ts'
import { conversationResource, goneConversation } from './present.ts'
import { type ConversationWithAccess, findConversations, findConversationsOfEvents } from './queries.ts'
import { conversationSchema, GoneConversation } from './schema.ts'

interface PresenterDeps {
  db: Database
  urls: Urls
  additions: ConversationAdditions
}

export function conversationsInEvents({ db, urls, additions }: PresenterDeps): ConversationPresenter {
  const show = (rows: ConversationWithAccess[], companyId: number) =>
    new Map(
      rows.map((row) => [
        row.id,
        {
          location: { inboxIds: row.inbox_ids, teammateIds: row.teammate_ids },
          resource: conversationResource(row, companyId, { urls, additions }),
        },
      ]),
    )
  return {
    schema: conversationSchema(additions),
    goneSchema: GoneConversation,
    find: async (companyId, ids) => show(await findConversations(db, companyId, ids, null, additions), companyId),
    findOfEvents: async (reader, events) =>
      show(await findConversationsOfEvents(reader, events, additions), events.companyId),
    gone: (companyId, number, at) => goneConversation(number, at, companyId, urls),
  }
}
