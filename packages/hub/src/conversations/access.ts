import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { visibleInboxIds } from '../inboxes/policy.ts'
import { type ConversationRow, findConversation } from './queries.ts'

/** The conversation of a public id, when the caller may see it. Throws not_found. */
export function requireConversation(db: Database, principal: Principal, id: string): Promise<ConversationRow> {
  return requireConversationNumber(db, principal, resourceNumber(principal, 'cnv', id))
}

export async function requireConversationNumber(db: Database, principal: Principal, number: number) {
  const teammateId = principal.kind === 'teammate' ? principal.teammateId : null
  const conversation = await findConversation(db, principal.companyId, number, teammateId)
  if (!conversation || !(await maySee(db, principal, conversation))) throw new ApiError('not_found')
  return conversation
}

/** A channel sees its own conversations, wherever they were moved; everybody else those of their inboxes. */
async function maySee(db: Database, principal: Principal, place: { inbox_id: number; channel_id: number }) {
  if (principal.kind === 'channel') return place.channel_id === principal.channelId
  return (await visibleInboxIds(db, principal)).includes(place.inbox_id)
}
