import type { Reader } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import type { Principal } from '../http/principal.ts'
import { resourceNumber } from '../http/resource-id.ts'
import { inboxesOf } from '../inboxes/policy.ts'

type Db = Pick<Reader, 'query'>

/** The least of a conversation that a caller who may see it needs. */
export interface ConversationRef {
  id: number
  channel_id: number
  contact_type: 'custom' | 'email' | 'phone'
}

/** The conversation of a public id, when the caller may see it. Throws not_found. */
export function requireConversation(db: Db, principal: Principal, id: string): Promise<ConversationRef> {
  return requireConversationNumber(db, principal, resourceNumber(principal, 'cnv', id))
}

/** A channel sees its own conversations, wherever they were moved; everybody else those of their inboxes. */
export async function requireConversationNumber(db: Db, principal: Principal, id: number): Promise<ConversationRef> {
  const { sql, caller } = inboxesOf(principal)
  const isVisible = principal.kind === 'channel' ? 'c.channel_id = $2' : `c.inbox_id in (${sql})`
  const [conversation] = await db.query<ConversationRef>(
    `require_conversation_${principal.kind}`,
    `select c.id, c.channel_id, t.contact_type from conversations c
     join channels h on h.company_id = c.company_id and h.id = c.channel_id
     join channel_types t on t.company_id = c.company_id and t.id = h.channel_type_id
     where c.company_id = $1 and c.id = $3 and c.status <> 'deleted' and ${isVisible}`,
    [principal.companyId, caller, id],
  )
  if (!conversation) throw new ApiError('not_found')
  return conversation
}
