import { Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import type { ConversationAddition } from '../conversations/additions.ts'
import type { ConversationChangeField } from '../conversations/change-fields.ts'
import { action, type ConversationAction, changeConversation } from '../conversations/conversation-actions.ts'
import { actorOf } from '../events/actor.ts'
import { requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { type TagRow, tagResource } from './present.ts'
import { tagsOfConversation } from './queries.ts'
import { Tag, TagIds } from './schema.ts'
import { requireTagNumbers, type TagDeps } from './tags.ts'

/** The tags of a conversation in its resource. */
export const tagsAddition: ConversationAddition = {
  schema: Type.Array(Tag),
  sql: tagsOfConversation,
  present: (value, companyId, urls) => (value as TagRow[]).map((row) => tagResource(row, companyId, urls)),
}

export const addTags = (ids: number[]): ConversationAction => action('tag_conversation', ids, [])
const removeTags = (ids: number[]): ConversationAction => action('tag_conversation', [], ids)

/** `tag_ids` in a change of a conversation leaves it with these tags and no others. */
export const tagIdsChange: ConversationChangeField = {
  schema: TagIds,
  actionOf: async (db, principal, ids) =>
    action('set_conversation_tags', await requireTagNumbers(db, principal, ids as string[])),
}

export function conversationTagRoutes(app: App, deps: TagDeps): void {
  const routes = [
    { method: 'POST', operationId: 'add-conversation-tag', summary: 'Add tags to a conversation', change: addTags },
    { method: 'DELETE', operationId: 'remove-conversation-tag', summary: 'Remove tags from one', change: removeTags },
  ] as const
  for (const { method, operationId, summary, change } of routes) {
    app.route({
      method,
      url: '/conversations/:conversation_id/tags',
      config: { access: ['teammate', 'api_token'] },
      schema: {
        tags: ['Conversations'],
        operationId,
        summary,
        description: 'Tags that it has already, or has not, change nothing.',
        params: Type.Object({ conversation_id: Type.String() }),
        body: Type.Object({ tag_ids: TagIds }),
      },
      handler: async (request, reply) => {
        const principal = requirePrincipal(request)
        const { id } = await requireConversation(deps.db, principal, request.params.conversation_id)
        const tagIds = await requireTagNumbers(deps.db, principal, request.body.tag_ids)
        await changeConversation(deps.db, deps.bus, actorOf(principal), id, change(tagIds))
        return reply.code(204).send()
      },
    })
  }
}
