import type { Database } from '../db/database.ts'
import type { Bus } from '../events/bus.ts'
import { ApiError } from '../http/api-error.ts'

/**
 * Whether the conversation `c` is unread, as SQL: its newest inbound message or missed call is beyond what the teammate (an SQL expression) has read,
 * which is nothing since they joined where they have no row. For other readers, who are null, nothing is unread.
 */
export const isUnread = (teammate: string) => `coalesce(greatest(c.last_inbound_id, c.last_missed_call) > coalesce(
  (select a.read_up_to from attention a
    where a.company_id = c.company_id and a.teammate_id = ${teammate} and a.conversation_id = c.id),
  (select me.joined_at_number from teammates me where me.company_id = c.company_id and me.id = ${teammate})), false)`

/** Moves a teammate's read position to a message; null: to the newest; -1: marks the conversation unread. */
export async function moveReadPosition(
  db: Database,
  bus: Bus,
  reader: { companyId: number; teammateId: number },
  conversationId: number,
  messageId: number | null,
): Promise<void> {
  const [row] = await db.query<{ outcome: 'moved' | 'unchanged' | 'no_conversation' }>(
    'move_read_position',
    'select move_read_position($1, $2, $3, $4) as outcome',
    [reader.companyId, reader.teammateId, conversationId, messageId],
  )
  if (row?.outcome === 'no_conversation') throw new ApiError('not_found')
  if (row?.outcome === 'moved') bus.eventsCommitted(reader.companyId)
}
