import { limits, publicId, type SentTemplate } from '@portico/protocol'
import type { Database } from '../db/database.ts'
import { pageBytes } from '../http/paging.ts'
import type { ExportedChannel, ExportedConversation, ExportedMessage } from './schema.ts'

type Reader = Pick<Database, 'query'>

/** The channels of a company, deleted ones too, in an order that their content gives. */
export async function exportedChannels(db: Reader, companyId: number): Promise<ExportedChannel[]> {
  const rows = await db.query<Omit<ExportedChannel, 'id'> & { id: number }>(
    'exported_channels',
    `select c.id, t.name as channel_type, c.name, c.address, c.deleted_at is not null as is_deleted,
       exists (select from conversations v where v.company_id = c.company_id and v.channel_id = c.id and v.last_message_id is not null)
         or exists (select from conversation_external_ids e where e.company_id = c.company_id and e.channel_id = c.id) as has_history
     from channels c join channel_types t on t.company_id = c.company_id and t.id = c.channel_type_id
     where c.company_id = $1
     order by t.name collate "C", c.address collate "C", c.name collate "C", c.id`,
    [companyId],
  )
  return rows.map((row) => ({ ...row, id: publicId('cha', companyId, row.id) }))
}

export interface ConversationCursor {
  createdUs: number
  id: number
}

interface ConversationRow {
  id: number
  created_us: number
  channel_id: number
  external_ids: { channel_id: number; external_id: string }[]
  handle: string | null
  name: string | null
  subject: string | null
  status: ExportedConversation['status']
  priority: NonNullable<ExportedConversation['priority']>
  assignee: string | null
  inbox: string | null
  created_at: string
}

/** Conversations that have messages, the oldest first; those of one moment by their ids outside of this hub. */
export function listConversations(
  db: Reader,
  companyId: number,
  { after, limit }: { after: ConversationCursor | undefined; limit: number },
): Promise<ConversationRow[]> {
  const { createdUs, id } = after ?? { createdUs: -1, id: 0 }
  return db.query<ConversationRow>(
    'exported_conversations',
    `with cursor as (
       select 'epoch'::timestamptz + $2::float8 * interval '1 microsecond' as created_at, coalesce((
         select history_id_of_conversation(a) from conversations a where a.company_id = $1 and a.id = $3), '') as key)
     select c.id, (extract(epoch from c.created_at) * 1000000)::bigint as created_us, c.channel_id,
       coalesce((select json_agg(json_build_object('channel_id', e.channel_id, 'external_id', e.external_id) order by e.id)
         from conversation_external_ids e where e.company_id = c.company_id and e.conversation_id = c.id),
         json_build_array(json_build_object('channel_id', c.channel_id, 'external_id', c.key))) as external_ids,
       c.recipient_handle as handle, left(c.recipient_name, ${limits.name}) as name, left(c.subject, ${limits.subject}) as subject, c.status, c.priority, t.email as assignee,
       case when c.inbox_id is distinct from l.inbox_id then i.name end as inbox, history_time(c.created_at) as created_at
     from (
       select x.*, history_id_of_conversation(x) as key from conversations x, cursor k
       where x.company_id = $1 and x.last_message_id is not null and x.created_at >= k.created_at
         and (x.created_at > k.created_at or history_id_of_conversation(x) collate "C" > k.key)
       order by x.created_at, key collate "C", x.id limit $4) c
     join channels l on l.company_id = c.company_id and l.id = c.channel_id
     join inboxes i on i.company_id = c.company_id and i.id = c.inbox_id
     left join teammates t on t.company_id = c.company_id and t.id = c.assignee_id
     order by c.created_at, c.key collate "C", c.id`,
    [companyId, createdUs, id, limit],
  )
}

export function conversationResource(row: ConversationRow, companyId: number): ExportedConversation {
  const { id, channel_id, external_ids, handle, name, subject, status, priority, assignee, inbox, created_at } = row
  return {
    id: publicId('cnv', companyId, id),
    channel_id: publicId('cha', companyId, channel_id),
    external_ids: external_ids.map((one) => ({ ...one, channel_id: publicId('cha', companyId, one.channel_id) })),
    ...(handle !== null && { contact: { handle, ...(name !== null && { name }) } }),
    ...(subject !== null && { subject }),
    status,
    priority,
    ...(assignee !== null && { assignee }),
    ...(inbox !== null && { inbox }),
    created_at,
  }
}

export interface MessageCursor {
  sortUs: number
  id: number
}

interface MessageRow {
  id: number
  /** How many there are from here, up to the limit; long bodies may leave some to the next page. */
  found: number
  sort_us: number
  /** The fields that are the same in the answer; null is left out there. */
  fields: Omit<ExportedMessage, 'channel_id' | 'attachments'>
  channel_id: number | null
  template: SentTemplate | null
  attachments: (Omit<NonNullable<ExportedMessage['attachments']>[number], 'id'> & { id: number })[] | null
}

/** The messages of a conversation in the order of its thread, without those that are not sent yet or were cancelled. */
export function listMessages(
  db: Reader,
  { companyId, conversationId }: { companyId: number; conversationId: number },
  { after, limit }: { after: MessageCursor | undefined; limit: number },
): Promise<MessageRow[]> {
  const { sortUs, id } = after ?? { sortUs: -1, id: 0 }
  return db.query<MessageRow>(
    'exported_messages',
    `with found as materialized (
       select p.id, p.sort_at, sum(octet_length(p.body)) over (order by p.sort_at, p.id) - octet_length(p.body) as before from (
         select x.* from messages x
         where x.company_id = $1 and x.conversation_id = $2
           and (x.sort_at, x.id) > ('epoch'::timestamptz + $3::float8 * interval '1 microsecond', $4::bigint)
           and (x.is_inbound or not exists (select from all_deliveries v
             where v.company_id = x.company_id and v.conversation_id = x.conversation_id and v.message_id = x.id
               and v.state not in ('sent', 'failed', 'not_confirmed')))
         order by x.sort_at, x.id limit $5) p)
     select m.id, (select count(*)::integer from found) as found, (extract(epoch from m.sort_at) * 1000000)::bigint as sort_us,
       json_build_object(
         'external_id', coalesce(d.external_id, m.external_id, history_id_of_message(history_id_of_conversation(c), m)),
         'is_inbound', m.is_inbound, 'sent_at', history_time(m.sort_at), 'created_at', history_time(m.created_at),
         'delivered_at', history_time(m.delivered_at),
         'author', case when t.id is not null then
           json_build_object('email', t.email, 'first_name', t.first_name, 'last_name', t.last_name) end,
         'handle', case when m.handle is distinct from c.recipient_handle then m.handle end, 'name', left(m.name, ${limits.name}), 'sender_name', left(m.sender_name, ${limits.name}),
         'recipients', m.recipients, 'subject', left(m.subject, ${limits.subject}), 'body', m.body, 'body_format', m.body_format,
         'in_reply_to', m.referenced_external_id, 'template', m.template, 'rich_content', m.rich_content,
         'delivery', case when d.message_id is not null then json_strip_nulls(json_build_object('state', d.state,
           'error', case when d.error_code is not null then json_build_object('code', d.error_code, 'message', left(d.error_message, ${limits.reason})) end)) end,
         'error', case when m.error_type is not null then
           json_strip_nulls(json_build_object('type', m.error_type, 'message', left(m.error_message, ${limits.reason}))) end,
         'seen_at', history_time(s.first_seen_at), 'edited_at', history_time(m.edited_at), 'removed_at', history_time(m.removed_at)) as fields,
       case when m.channel_id <> c.channel_id then m.channel_id end as channel_id,
       case when m.attachment_count > 0 then (
         select json_agg(json_build_object('id', a.id, 'sha256', encode(a.sha256, 'hex'), 'size', a.size, 'filename', a.filename,
           'content_type', a.content_type, 'is_inline', a.is_inline, 'cid', a.cid) order by a.position, a.id)
         from attachments a where a.company_id = m.company_id and a.owner_kind = 'message' and a.owner_id = m.id) end as attachments
     from found f
     join messages m on m.company_id = $1 and m.id = f.id
     join conversations c on c.company_id = m.company_id and c.id = m.conversation_id
     left join teammates t on t.company_id = m.company_id and t.id = m.author_id
     left join deliveries d on d.company_id = m.company_id and d.message_id = m.id
     left join seen_receipts s on s.company_id = m.company_id and s.message_id = m.id
     where f.before < $6
     order by m.sort_at, m.id`,
    [companyId, conversationId, sortUs, id, limit, pageBytes],
  )
}

export function messageResource(row: MessageRow, companyId: number): ExportedMessage {
  const { fields, channel_id, attachments } = row
  const present = Object.entries(fields).filter(
    ([name, value]) => value !== null && !(name === 'created_at' && value === fields.sent_at),
  )
  return {
    ...(Object.fromEntries(present) as typeof fields),
    ...(channel_id !== null && { channel_id: publicId('cha', companyId, channel_id) }),
    ...(attachments && {
      attachments: attachments.map(({ id, is_inline, cid, ...file }) => ({
        id: publicId('fil', companyId, id),
        ...file,
        ...(is_inline && { is_inline }),
        ...(cid !== null && { cid }),
      })),
    }),
  }
}
