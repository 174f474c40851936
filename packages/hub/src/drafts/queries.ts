import type { Database } from '../db/database.ts'

/** What a teammate has begun to write: one per conversation, and one for a new message. Private to its author. */
export interface DraftRow {
  conversation_id: number | null
  channel_id: number | null
  recipient: string | null
  subject: string | null
  body: string
  /** Words typed on another screen, kept beside these. */
  set_aside: string | null
  /** Counts its changes. */
  version: number
  updated_at: Date
}

export type DraftWords = Omit<DraftRow, 'version' | 'updated_at'>

interface Author {
  companyId: number
  teammateId: number
}

const words = 'conversation_id, channel_id, recipient, subject, body, set_aside'
/** What was sent or thrown away: nobody's words, whoever did not know of it. */
const isEmpty = `coalesce(drafts.body, '') = '' and drafts.recipient is null and drafts.subject is null`
const columns = `${words}, version, updated_at`

/** Also one that was sent or emptied, as an empty row. */
export async function findDraft(db: Database, author: Author, conversationId: number | null) {
  const [draft] = await db.query<DraftRow>(
    'find_draft',
    `select ${columns} from drafts
     where company_id = $1 and author_id = $2 and conversation_id is not distinct from $3`,
    [author.companyId, author.teammateId, conversationId],
  )
  return draft
}

/** Saves unless the draft has another version than `base` by now; without a base it is saved whatever there is. */
export async function saveDraft(
  db: Database,
  author: Author,
  draft: DraftWords,
  base: number | null,
): Promise<DraftRow | undefined> {
  const [saved] = await db.query<DraftRow>(
    'save_draft',
    `insert into drafts (company_id, author_id, ${words}) values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (company_id, author_id, conversation_id) do update set channel_id = excluded.channel_id,
       recipient = excluded.recipient, subject = excluded.subject, body = excluded.body, set_aside = excluded.set_aside,
       version = drafts.version + 1, updated_at = now()
     where $9::bigint is null or drafts.version = $9 or ($9 = 0 and ${isEmpty})
     returning ${columns}`,
    [
      author.companyId,
      author.teammateId,
      draft.conversation_id,
      draft.channel_id,
      draft.recipient,
      draft.subject,
      draft.body,
      draft.set_aside,
      base,
    ],
  )
  return saved
}
