import { Type } from 'typebox'
import { type AttachmentDeps, InlineQuery, sendFileOf } from '../attachments/routes.ts'
import { requireConversationNumber } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { type Principal, requirePrincipal } from '../http/principal.ts'
import type { App } from '../http/route.ts'
import { requireMessage } from './access.ts'
import { findMessage } from './queries.ts'

/** The address that a channel is told of a file (Front's). */
export function messageFileRoutes(app: App, deps: Pick<AttachmentDeps, 'db' | 'storage'>): void {
  app.route({
    method: 'GET',
    url: '/messages/:message_id/download/:attachment_link_id',
    config: { access: ['teammate', 'api_token', 'channel'] },
    schema: {
      tags: ['Attachments'],
      operationId: 'download-attachment-for-a-message',
      summary: 'The bytes of a file of a message',
      params: Type.Object({ message_id: Type.String(), attachment_link_id: Type.String() }),
      querystring: InlineQuery,
    },
    handler: async (request, reply) => {
      const { message_id, attachment_link_id } = request.params
      const { id } = await requireMessage(deps.db, requirePrincipal(request), message_id)
      return sendFileOf(deps, { kind: 'message', id }, attachment_link_id, request, reply)
    },
  })
}

/** Readable by those who see its conversation. */
export function mayReadMessage({ db }: { db: Database }) {
  return async (principal: Principal, messageId: number): Promise<boolean> => {
    const message = await findMessage(db, principal.companyId, messageId)
    if (!message) return false
    try {
      await requireConversationNumber(db, principal, message.conversation_id)
      return true
    } catch (error) {
      if (error instanceof ApiError && error.code === 'not_found') return false
      throw error
    }
  }
}
