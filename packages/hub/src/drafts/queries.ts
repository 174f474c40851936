import type { RichContent } from '@portico/protocol/rich-content'
import { type FileFacts, filesColumn } from '../attachments/queries.ts'
import type { Database } from '../db/database.ts'
import type { Principal } from '../http/principal.ts'

/** A draft: one per conversation, and one for a new message. Private to its author. */
export interface DraftRow {
  conversation_id: number | null
  channel_id: number | null
  recipient: string | null
  subject: string | null
  body: string
  /** Words typed on another screen, stored beside these. */
  set_aside: string | null
  /** Counts its changes. */
  version: number
  updated_at: Date
  /** Its files, in their order. */
  files: FileFacts[] | null
  rich_content: RichContent | null
}

export type DraftContent = Omit<DraftRow, 'version' | 'updated_at' | 'files'> & {
  /** Numbers of its files; null: they stay. */
  fileIds: number[] | null
  /** Numbers of the drafts that have them now. */
  fromDrafts?: number[]
}

interface Author {
  companyId: number
  teammateId: number
}

const columns = `d.conversation_id, d.channel_id, d.recipient, d.subject, d.body, d.set_aside, d.version, d.updated_at, d.rich_content,
  ${filesColumn('draft', 'd.company_id', 'd.id')} as files`

/** Finds a sent or emptied draft too, as an empty row. */
export async function findDraft(db: Database, author: Author, conversationId: number | null) {
  const [draft] = await db.query<DraftRow>(
    'find_draft',
    `select ${columns} from drafts d
     where d.company_id = $1 and d.author_id = $2 and d.conversation_id is not distinct from $3`,
    [author.companyId, author.teammateId, conversationId],
  )
  return draft
}

/** Of these drafts those in other places. */
export function findOtherDrafts(db: Database, author: Author, conversationId: number | null, ids: number[]) {
  if (ids.length === 0) return []
  return db.query<Pick<DraftRow, 'conversation_id' | 'version'>>(
    'find_other_drafts',
    `select d.conversation_id, d.version from drafts d where d.company_id = $1 and d.author_id = $2
       and d.conversation_id is distinct from $3 and d.id = any($4::bigint[])`,
    [author.companyId, author.teammateId, conversationId, ids],
  )
}

export function isEmpty(draft: DraftRow): boolean {
  return !draft.body && !draft.recipient && !draft.subject && !draft.set_aside && !draft.files && !draft.rich_content
}

/** Whether a teammate has begun something in a conversation. */
export async function hasDraft(db: Database, author: Author, conversationId: number): Promise<boolean> {
  const draft = await findDraft(db, author, conversationId)
  return draft !== undefined && !isEmpty(draft)
}

/** Saves unless the draft has another version than `base` by now (save.sql); without a base it is saved whatever there is. */
export async function saveDraft(
  db: Database,
  author: Author,
  draft: DraftContent,
  base: number | null,
): Promise<DraftRow | undefined> {
  const [saved] = await db.query<DraftRow>(
    'store_draft',
    `select ${columns} from store_draft($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) d`,
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
      draft.fileIds,
      draft.rich_content && JSON.stringify(draft.rich_content),
    ],
  )
  return saved
}

/** Its author alone. */
export function mayReadDraft({ db }: { db: Database }) {
  return async (principal: Principal, draftId: number): Promise<boolean> => {
    if (principal.kind !== 'teammate') return false
    const rows = await db.query(
      'may_read_draft',
      'select from drafts where company_id = $1 and id = $2 and author_id = $3',
      [principal.companyId, draftId, principal.teammateId],
    )
    return rows.length > 0
  }
}
