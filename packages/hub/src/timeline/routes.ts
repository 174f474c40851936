import { Type } from 'typebox'
import { requireConversation } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { currentCursor } from '../events/queries.ts'
import { ListOf } from '../http/list-schema.ts'
import { readPage, SortedQuery } from '../http/page.ts'
import { listEnvelope } from '../http/paging.ts'
import { requirePrincipal, type TeammatePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import type { Urls } from '../http/urls.ts'
import { readTimeline, type TimelineItem } from './read.ts'
import { type TimelineEntry, timelineEntrySchema } from './schema.ts'
import type { TimelineSource } from './source.ts'

interface TimelineDeps {
  db: Database
  urls: Urls
  sources: TimelineSource[]
  /** Whether a teammate has a draft there, so that opening the conversation need not request it. */
  hasDraft(teammate: TeammatePrincipal, conversationId: number): Promise<boolean>
}

export function timelineRoute(app: App, { db, urls, sources, hasDraft }: TimelineDeps): void {
  app.route({
    method: 'GET',
    url: '/conversations/:conversation_id/timeline',
    config: { access: ['teammate', 'api_token'] },
    schema: {
      tags: ['Conversations'],
      operationId: 'list-conversation-timeline',
      summary: 'Messages and what happened between them, in one order, newest first (ours)',
      params: Type.Object({ conversation_id: Type.String() }),
      querystring: SortedQuery,
      response: { 200: ListOf(timelineEntrySchema(sources)) },
    },
    handler: async (request, reply) => {
      const principal = requirePrincipal(request)
      const { companyId } = principal
      const { id: conversationId } = await requireConversation(db, principal, request.params.conversation_id)
      reply.header('x-portico-cursor', await currentCursor(db, companyId))
      const page = readPage(request, {
        length: 3,
        cursorOf: ({ us, rank, number }: TimelineItem) => [us, rank, number],
        read: ({ after, order, limit }) => {
          const behind = after && { us: after[0]!, rank: after[1]!, number: after[2]! }
          return readTimeline(sources, { companyId, conversationId, behind, order, limit })
        },
      })
      const drafting = principal.kind === 'teammate' ? hasDraft(principal, conversationId) : null
      const [{ rows, ...links }, isDrafted] = await Promise.all([page, drafting])
      if (isDrafted !== null) reply.header('x-portico-draft', isDrafted ? 'kept' : 'none')
      return listEnvelope(urls, request, rows.map(entryOf), links)
    },
  })
}

function entryOf({ kind, us, resource }: TimelineItem): TimelineEntry {
  return { kind, at: us / 1_000_000, [kind]: resource }
}
