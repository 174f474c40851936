import { publicId } from '@portico/protocol'
import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'

/** Permanently deletes a conversation of the trash. Throws not_found, conversation_not_in_trash. */
export async function deleteConversation(db: Database, bus: Bus, actor: Actor, conversationId: number): Promise<void> {
  const { companyId } = actor
  const [row] = await db.query<{ outcome: 'deleted' | 'no_conversation' | 'not_in_trash' }>(
    'delete_conversation',
    'select delete_conversation($1, $2, $3, $4, $5) as outcome',
    [companyId, conversationId, publicId('cnv', companyId, conversationId), actor.kind, actor.id],
  )
  if (row?.outcome === 'not_in_trash') throw new ApiError('conversation_not_in_trash')
  if (row?.outcome !== 'deleted') throw new ApiError('not_found')
  bus.eventsCommitted(companyId)
}
