import type { Database } from '../db/database.ts'
import type { Actor } from '../events/actor.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'
import type { ConversationStatus } from './status.ts'

/** What may change in a conversation; absent fields stay. */
export interface ConversationChange {
  status?: ConversationStatus | undefined
  assigneeId?: number | null | undefined
  inboxId?: number | undefined
}

/** Archives, reopens, trashes, restores, assigns, moves: each real change is an event. Throws not_found, invalid_body, conversation_in_trash. */
export async function updateConversation(
  db: Database,
  bus: Bus,
  actor: Actor,
  conversationId: number,
  change: ConversationChange,
): Promise<void> {
  const [row] = await db.query<{ outcome: string }>(
    'update_conversation',
    'select update_conversation($1) as outcome',
    [
      JSON.stringify({
        company: actor.companyId,
        conversation: conversationId,
        actor: actor.kind,
        actor_id: actor.id,
        ...(change.status && { status: change.status }),
        ...(change.assigneeId !== undefined && { assignee: change.assigneeId }),
        ...(change.inboxId !== undefined && { inbox: change.inboxId }),
      }),
    ],
  )
  switch (row?.outcome) {
    case 'changed':
      return bus.eventsCommitted(actor.companyId)
    case 'unchanged':
      return
    case 'no_assignee':
      throw new ApiError('invalid_body', 'This teammate does not exist or is blocked.', [
        'body.assignee_id: not a teammate',
      ])
    case 'in_trash':
      throw new ApiError('conversation_in_trash')
    case 'no_inbox':
      throw new ApiError('invalid_body', 'This inbox does not exist.', ['body.inbox_id: not an inbox'])
    default:
      throw new ApiError('not_found')
  }
}

/** Moves a teammate's read position to a message; null: to the newest; -1: marks the conversation unread. */
export async function moveReadPosition(
  db: Database,
  bus: Bus,
  reader: { companyId: number; teammateId: number },
  conversationId: number,
  messageId: number | null,
): Promise<void> {
  const [row] = await db.query<{ outcome: string }>(
    'move_read_position',
    'select move_read_position($1, $2, $3, $4) as outcome',
    [reader.companyId, reader.teammateId, conversationId, messageId],
  )
  if (row?.outcome === 'no_conversation') throw new ApiError('not_found')
  if (row?.outcome === 'moved') bus.eventsCommitted(reader.companyId)
}
