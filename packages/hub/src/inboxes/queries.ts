import type { Database } from '../db/database.ts'
import type { InboxRow } from './present.ts'

/** In the order they were made. */
export function findInboxes(db: Pick<Database, 'query'>, companyId: number, ids: number[]): Promise<InboxRow[]> {
  return db.query<InboxRow>(
    'find_inboxes',
    'select id, name, is_public, team_id from inboxes where company_id = $1 and id = any($2::bigint[]) order by id',
    [companyId, ids],
  )
}
