import { publicId } from '@portico/protocol'
import type { Reader } from '../db/database.ts'
import type { ChangeKind } from '../message-changes/kind.ts'
import { type TeammateRow, teammateResource } from '../teammates/present.ts'

/** What holds of a conversation now, as a channel's server gets it. */
export const conversationStatus: ChangeKind = {
  name: 'conversation_status',
  capability: 'conversation_status',
  async request({ company_id: companyId, conversation_id }, { db, urls, reference }) {
    const found = conversation_id === null ? undefined : await findStatus(db, companyId, conversation_id)
    if (!found) return null
    const { id, status, assignee, changed_at } = found
    const payload = {
      id: publicId('cnv', companyId, id),
      status,
      assignee: assignee && teammateResource(assignee, companyId, urls),
      changed_at,
    }
    return { type: 'conversation_status', payload, metadata: reference }
  },
}

interface StatusRow {
  id: number
  status: 'open' | 'archived' | 'deleted'
  assignee: TeammateRow | null
  changed_at: number
}

/** Spam is a judgement about the customer: a channel hears that the conversation was deleted. */
async function findStatus(db: Pick<Reader, 'query'>, companyId: number, id: number): Promise<StatusRow | undefined> {
  const [row] = await db.query<StatusRow>(
    'status_for_channels',
    `select c.id, case when c.status in ('trashed', 'spam') then 'deleted' else c.status end as status,
       case when t.id is not null then to_jsonb(t) end as assignee,
       extract(epoch from coalesce((
         select max(e.emitted_at) from events e
         where e.company_id = c.company_id and e.conversation_id = c.id
           and e.type in ('assign', 'unassign', 'archive', 'reopen', 'trash', 'restore')), c.created_at))::float8 as changed_at
     from conversations c left join teammates t on t.company_id = c.company_id and t.id = c.assignee_id
     where c.company_id = $1 and c.id = $2`,
    [companyId, id],
  )
  return row
}
