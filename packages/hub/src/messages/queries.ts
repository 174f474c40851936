import type { Database } from '../db/database.ts'
import type { DeliveryRow } from '../deliveries/present.ts'
import type { MessageContent } from './payload.ts'

/** One message with what its presentation needs: author, delivery, its channel's address. */
export interface MessageRow extends MessageContent {
  channel_id: number
  error_message: string | null
  delivery: DeliveryRow | null
}

const messageColumns = `
  m.id, m.conversation_id, m.channel_id, ch.address as channel_address, m.external_id, m.replied_to_id, m.is_inbound,
  m.contact_id, m.handle, m.name, m.sender_name, m.recipients, m.subject, m.body, m.body_format, m.blurb,
  m.error_type, m.error_message, (extract(epoch from m.sort_at) * 1000000)::bigint as sort_us,
  (select r.external_id from messages r where r.company_id = m.company_id and r.id = m.replied_to_id) as in_reply_to,
  case when t.id is not null then to_jsonb(t) end as author,
  case when d.message_id is not null then jsonb_build_object(
    'state', d.state, 'is_head', d.is_head, 'next_attempt_at', d.next_attempt_at, 'attempts', d.attempts,
    'error_code', d.error_code, 'error_message', d.error_message,
    'waits_for_id', case when not d.is_head and d.state in ('queued', 'delayed') then (
      select max(w.message_id) from deliveries w where w.company_id = d.company_id
        and w.conversation_id = d.conversation_id and w.message_id < d.message_id
        and w.state in ('queued', 'sending', 'delayed')) end) end as delivery`

const messageJoins = `
  join channels ch on ch.company_id = m.company_id and ch.id = m.channel_id
  left join teammates t on t.company_id = m.company_id and t.id = m.author_id
  left join deliveries d on d.company_id = m.company_id and d.message_id = m.id`

type Reader = Pick<Database, 'query'>

export async function findMessage(db: Reader, companyId: number, id: number): Promise<MessageRow | undefined> {
  return (await findMessages(db, companyId, [id]))[0]
}

export function findMessages(db: Reader, companyId: number, ids: number[]): Promise<MessageRow[]> {
  return db.query<MessageRow>(
    'find_messages',
    `select ${messageColumns} from messages m ${messageJoins} where m.company_id = $1 and m.id = any($2::bigint[])`,
    [companyId, ids],
  )
}

/** Where a page of a thread begins: after this place, in thread order (microseconds, message number). */
export interface ThreadPlace {
  sortUs: number
  id: number
}

/** A page of a conversation's messages with the event number it was read at, newest first unless `order` is asc. */
export async function listThread(
  db: Reader,
  companyId: number,
  conversationId: number,
  page: { limit: number; after?: ThreadPlace | undefined; order: 'asc' | 'desc' },
): Promise<MessageRow[]> {
  const [compare, direction] = page.order === 'asc' ? ['>', 'asc'] : ['<', 'desc']
  const start = page.after ?? (page.order === 'asc' ? { sortUs: 0, id: 0 } : { sortUs: 8e15, id: 2 ** 52 })
  return db.query<MessageRow>(
    `list_thread_${direction}`,
    `select ${messageColumns} from messages m ${messageJoins}
     where m.company_id = $1 and m.conversation_id = $2
       and (m.sort_at, m.id) ${compare} ('epoch'::timestamptz + $3::float8 * interval '1 microsecond', $4::bigint)
     order by m.sort_at ${direction}, m.id ${direction} limit $5`,
    [companyId, conversationId, start.sortUs, start.id, page.limit],
  )
}
