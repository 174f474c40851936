import type { Database } from '../db/database.ts'
import type { InboxRow } from './present.ts'
import type { RemoteImagesChoice } from './schema.ts'

/** Lists inboxes in the order of creation. */
export function findInboxes(db: Pick<Database, 'query'>, companyId: number, ids: number[]): Promise<InboxRow[]> {
  return db.query<InboxRow>(
    'find_inboxes',
    'select id, name, is_public, team_id, remote_images from inboxes where company_id = $1 and id = any($2::bigint[]) order by id',
    [companyId, ids],
  )
}

/** Whether images from elsewhere are shown in an inbox, by the inbox in which a conversation is now. */
export async function remoteImagesOf(
  db: Pick<Database, 'query'>,
  companyId: number,
  conversationId: number,
): Promise<RemoteImagesChoice> {
  const [row] = await db.query<{ remote_images: RemoteImagesChoice }>(
    'remote_images_of',
    `select i.remote_images from conversations c join inboxes i on i.company_id = c.company_id and i.id = c.inbox_id
     where c.company_id = $1 and c.id = $2`,
    [companyId, conversationId],
  )
  return row?.remote_images ?? 'never'
}
