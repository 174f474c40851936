import type { Database } from '../db/database.ts'

/** What a teammate has begun to write: one per conversation, and one for a new message. Private to its author. */
export interface DraftRow {
  conversation_id: number | null
  channel_id: number | null
  recipient: string | null
  subject: string | null
  body: string
  updated_at: Date
}

interface Author {
  companyId: number
  teammateId: number
}

const columns = 'conversation_id, channel_id, recipient, subject, body, updated_at'

export async function findDraft(db: Database, author: Author, conversationId: number | null) {
  const [draft] = await db.query<DraftRow>(
    'find_draft',
    `select ${columns} from drafts
     where company_id = $1 and author_id = $2 and conversation_id is not distinct from $3`,
    [author.companyId, author.teammateId, conversationId],
  )
  return draft
}

export async function saveDraft(db: Database, author: Author, draft: Omit<DraftRow, 'updated_at'>): Promise<DraftRow> {
  const [saved] = await db.query<DraftRow>(
    'save_draft',
    `insert into drafts (company_id, author_id, ${columns}) values ($1, $2, $3, $4, $5, $6, $7, now())
     on conflict (company_id, author_id, conversation_id) do update set channel_id = excluded.channel_id,
       recipient = excluded.recipient, subject = excluded.subject, body = excluded.body, updated_at = excluded.updated_at
     returning ${columns}`,
    [
      author.companyId,
      author.teammateId,
      draft.conversation_id,
      draft.channel_id,
      draft.recipient,
      draft.subject,
      draft.body,
    ],
  )
  if (!saved) throw new Error('save_draft returned no row')
  return saved
}

export async function deleteDraft(db: Database, author: Author, conversationId: number | null): Promise<void> {
  await db.query(
    'delete_draft',
    'delete from drafts where company_id = $1 and author_id = $2 and conversation_id is not distinct from $3',
    [author.companyId, author.teammateId, conversationId],
  )
}
