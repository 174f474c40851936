import { publicId } from '@portico/protocol'
import type { ConversationRef } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { recipientsOf } from './recipients.ts'
import type { ImportedMessage } from './schema.ts'

/** What imported messages of one conversation have in common. The prefix keeps them apart from ids that a channel gives. */
export function threadOf(message: ImportedMessage): string {
  const { thread_ref, is_inbound } = message.metadata
  if (thread_ref) return `import:thread:${thread_ref}`
  return `import:handle:${is_inbound ? message.sender.handle : recipientsOf(message)[0]?.handle}`
}

/** The id under which the conversation's channel knows it; one is added where it has none. */
export async function threadOfConversation(
  db: Database,
  companyId: number,
  { id, channel_id }: ConversationRef,
): Promise<string> {
  const [known] = await db.query<{ external_id: string }>(
    'external_id_for_import',
    `select external_id from conversation_external_ids
     where company_id = $1 and conversation_id = $2 and channel_id = $3 order by id limit 1`,
    [companyId, id, channel_id],
  )
  if (known) return known.external_id
  const added = `import:conversation:${publicId('cnv', companyId, id)}`
  await db.query(
    'add_external_id_for_import',
    `with drawn as (update counters set last_number = last_number + 1 where company_id = $1 returning last_number as number)
     insert into conversation_external_ids (company_id, channel_id, external_id, conversation_id, id)
     select $1, $2, $3, $4, number from drawn on conflict do nothing`,
    [companyId, channel_id, added, id],
  )
  return added
}
