import { type ContactType, publicId } from '@portico/protocol'
import type { ConversationRef } from '../conversations/access.ts'
import type { Database } from '../db/database.ts'
import { ApiError } from '../http/api-error.ts'
import { recipientsOf } from './recipients.ts'
import type { ImportedMessage } from './schema.ts'

export interface ChannelOfImport {
  id: number
  /** `cha_…` */
  publicId: string
  contactType: ContactType
}

interface ChannelRow {
  id: number
  contact_type: ContactType
}

/** A channel of kind `custom` takes any handle. */
const contactTypes: Record<NonNullable<ImportedMessage['type']>, ContactType> = {
  email: 'email',
  sms: 'phone',
  intercom: 'custom',
  custom: 'custom',
}

/**
 * The channel by which an answer would leave: that of the conversation, the inbox's channel whose address is among the message's, or
 * its oldest for such handles. Throws invalid_body.
 */
export async function findChannelOfImport(
  db: Database,
  companyId: number,
  inboxId: number,
  message: ImportedMessage,
  conversation: ConversationRef | undefined,
): Promise<ChannelOfImport> {
  const type = message.type ?? 'email'
  const own = message.metadata.is_inbound ? recipientsOf(message).map(({ handle }) => handle) : [message.sender.handle]
  const [channel] = await db.query<ChannelRow>(
    'find_channel_of_import',
    `select c.id, t.contact_type from channels c
     join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     where c.company_id = $1 and c.deleted_at is null and case when $3::bigint is null then c.inbox_id = $2
       and (c.address = any($4::text[]) or t.contact_type in ($5, 'custom')) else c.id = $3 end
     order by c.address = any($4::text[]) desc, t.contact_type = $5 desc, c.id limit 1`,
    [companyId, inboxId, conversation?.channel_id ?? null, own, contactTypes[type]],
  )
  if (channel)
    return { id: channel.id, publicId: publicId('cha', companyId, channel.id), contactType: channel.contact_type }
  throw new ApiError('invalid_body', undefined, [
    conversation
      ? 'body.conversation_id: the channel of this conversation is deleted'
      : `body.type: the inbox has no channel by which a message of the type ${type} could be answered. Add one`,
  ])
}
