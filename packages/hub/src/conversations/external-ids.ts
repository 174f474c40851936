import type { Reader } from '../db/database.ts'

/** All ids under which the channel knows each conversation, oldest first. */
export async function externalIdsOf(
  db: Reader,
  companyId: number,
  conversationIds: number[],
): Promise<Map<number, string[]>> {
  const rows = await db.query<{ conversation_id: number; ids: string[] }>(
    'external_ids_of_conversations',
    `select conversation_id, array_agg(external_id order by id) as ids from conversation_external_ids
     where company_id = $1 and conversation_id = any($2::bigint[]) group by conversation_id`,
    [companyId, conversationIds],
  )
  return new Map(rows.map((row) => [row.conversation_id, row.ids]))
}
