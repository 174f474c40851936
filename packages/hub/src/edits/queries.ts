import type { Reader } from '../db/database.ts'

export interface VersionRow {
  number: number
  text: string
  author: 'teammate' | 'api' | 'channel'
  author_id: number | null
  written_at: Date
  is_current: boolean
}

/** The versions that the customer had; none of a message that was never edited. */
export function listVersions(db: Reader, companyId: number, messageId: number): Promise<VersionRow[]> {
  return db.query<VersionRow>(
    'list_message_versions',
    `select v.number, left(coalesce(v.forms->>'text', v.body), 50000) as text, v.author, v.author_id, v.written_at, v.number = coalesce(m.body_version, 1) as is_current
     from message_versions v join messages m on m.company_id = v.company_id and m.id = v.message_id
     where v.company_id = $1 and v.message_id = $2 and v.state = 'taken' order by v.number`,
    [companyId, messageId],
  )
}
