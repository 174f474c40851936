import { limits } from '@portico/protocol'
import { filesColumn } from '../attachments/queries.ts'
import { type Readable, withForms } from '../bodies/stored.ts'
import type { Database } from '../db/database.ts'
import { deliveryColumn, joinDelivery, waitsFor } from '../delivery-states/columns.ts'
import type { DeliveryRow } from '../delivery-states/present.ts'
import { type EventsAfter, targetsOfEvents } from '../events/queries.ts'
import { pageBytes } from '../http/paging.ts'
import type { Position, PositionsAsked } from '../timeline/source.ts'
import type { MessageContent } from './payload.ts'
import { type ReactionRow, reactionsColumn } from './reactions.ts'

/** A message with the data of its presentation: author, delivery, its channel's address. */
export interface MessageRow extends MessageContent, Readable {
  channel_id: number
  error_message: string | null
  delivery: DeliveryRow | null
  /** When the customer saw an outbound message first; seconds. */
  seen_at: number | null
  delivered_at: number | null
  /** What its bridge kept with it, of a custom channel. */
  custom_headers: Record<string, unknown> | null
  quoted: QuotedRow | null
  reactions: ReactionRow[] | null
  changes: ChangeRow[] | null
  /** The number of its newest version, taken or not. */
  newest_version: number
  edited_at: number | null
  /** The text that an edit on its way has, or that the channel refused. */
  edited_text: string | null
  removed_at: number | null
  /** A teammate; 0: an integration; null: its channel. */
  removed_by: number | null
  /** Of a press: the message that has the button. */
  pressed: { message_id: number; title: string } | null
  /** Whether it is an excerpt of a longer body. */
  is_excerpt?: boolean
}

/** A change of it that the channel has not taken: it waits, is tried again, or was refused. */
export interface ChangeRow {
  kind: string
  part: string
  version: number
  state: 'pending' | 'failed'
  since: number
  next_attempt_at: number | null
  error_code: string | null
  error_message: string | null
  may_have_arrived: boolean
}

/** The message that this one answers, by the channel's report; without a number, the hub does not have it in this conversation. */
interface QuotedRow {
  id: number | null
  is_inbound: boolean | null
  name: string | null
  blurb: string | null
  is_removed?: boolean
}

/** Names were not limited from the beginning: what is longer is cut where it is shown. */
const recipientsWithin = (most: number) => `(
    select jsonb_agg(jsonb_set(r, '{name}', coalesce(to_jsonb(left(r->>'name', ${limits.name})), 'null')))
    from jsonb_path_query(m.recipients, '$[0 to ${most - 1}]') r)`

/** The original of the reply `m`, which may have arrived later: the channel's own, or ours by the channel's id. */
const repliedTo = `coalesce(m.replied_to_id, case when m.referenced_external_id is not null then coalesce(
    (select r.id from messages r
      where r.company_id = m.company_id and r.channel_id = m.channel_id and r.external_id = m.referenced_external_id),
    (select r.message_id from deliveries r
      where r.company_id = m.company_id and r.channel_id = m.channel_id and r.external_id = m.referenced_external_id)) end)`

const quoted = `case when m.referenced_external_id is not null then coalesce(
    (select jsonb_build_object('id', q.id, 'is_removed', q.removed_at is not null, 'is_inbound', q.is_inbound, 'blurb', q.blurb, 'name', left(case when q.is_inbound
        then coalesce(q.name, q.handle) else coalesce(nullif(trim(qt.first_name || ' ' || qt.last_name), ''), q.sender_name) end, ${limits.name}))
      from messages q left join teammates qt on qt.company_id = q.company_id and qt.id = q.author_id
      where q.company_id = m.company_id and q.id = a.id and q.conversation_id = m.conversation_id),
    '{"id": null, "is_inbound": null, "name": null, "blurb": null}') end`

const changes = `case when m.has_changes then (
    select jsonb_agg(jsonb_build_object('kind', g.kind, 'part', g.part, 'version', g.version, 'state', g.state,
      'since', extract(epoch from g.since), 'error_code', g.error_code, 'error_message', g.error_message,
      'next_attempt_at', case when g.state = 'pending' and g.error_code is not null and g.claim_id is null
        then extract(epoch from g.next_attempt_at) end, 'may_have_arrived', g.may_have_arrived) order by g.since, g.id)
    from message_changes g where g.company_id = m.company_id and g.message_id = m.id and g.state in ('pending', 'failed')) end`

/** Only a message that has changes, or had some, has versions. */
const versions = `extract(epoch from m.edited_at)::float8 as edited_at, extract(epoch from m.removed_at)::float8 as removed_at, m.removed_by,
  case when m.has_changes or m.body_version is not null then coalesce((select max(v.number) from message_versions v
    where v.company_id = m.company_id and v.message_id = m.id), 1) else 1 end as newest_version,
  case when m.has_changes and m.removed_at is null then (select left(coalesce(v.forms->>'text', v.body), 50000)
    from message_changes g join message_versions v on v.company_id = g.company_id and v.message_id = g.message_id and v.change_version = g.version
    where g.company_id = m.company_id and g.message_id = m.id and g.kind = 'edit' and g.state in ('pending', 'failed')) end as edited_text`
const pressed = `case when m.rich_content ? 'pressed_button' then (
    select jsonb_build_object('message_id', o.id, 'title', b.value->>'title')
    from messages o cross join lateral jsonb_array_elements(o.rich_content->'buttons') b
    where o.company_id = m.company_id and o.id = a.id and o.conversation_id = m.conversation_id and not o.is_inbound
      and b.value->>'id' = m.rich_content->'pressed_button'->>'id' limit 1) end`

const columnsWith = (body: string, format: string, recipients: number) => `
  m.id, m.conversation_id, m.channel_id, ch.address as channel_address, coalesce(d.external_id, m.external_id) as external_id, a.id as replied_to_id, m.is_inbound,
  case when not m.is_inbound then (select extract(epoch from s.first_seen_at)::float8 from seen_receipts s
    where s.company_id = m.company_id and s.message_id = m.id) end as seen_at,
  case when not m.is_inbound then (select extract(epoch from s.delivered_at)::float8 from seen_receipts s
    where s.company_id = m.company_id and s.message_id = m.id) end as delivered_at,
  ${quoted} as quoted, m.rich_content, ${pressed} as pressed, ${changes} as changes, ${versions}, ${reactionsColumn},
  m.contact_id, m.template, m.custom_headers, m.handle, left(m.name, ${limits.name}) as name, left(m.sender_name, ${limits.name}) as sender_name,
  ${recipientsWithin(recipients)} as recipients, left(m.subject, ${limits.subject}) as subject, ${body} as body, ${format} as body_format, m.blurb, m.origin,
  f.text, f.version as forms_version, f.shown, case when f.shown = 'inline' then f.html end as inline_html,
  m.error_type, left(m.error_message, ${limits.reason}) as error_message, (extract(epoch from m.sort_at) * 1000000)::bigint as sort_us,
  (select coalesce(rd.external_id, r.external_id) from messages r
    left join deliveries rd on rd.company_id = r.company_id and rd.message_id = r.id
    where r.company_id = m.company_id and r.id = a.id) as in_reply_to,
  case when t.id is not null then to_jsonb(t) end as author,
  case when m.attachment_count > 0 then ${filesColumn('message', 'm.company_id', 'm.id')} end as attachments,
  ${deliveryColumn(waitsFor)}`

const messageColumns = columnsWith('m.body', 'm.body_format', 100)

/** The bytes of a body in its event; octet_length does not fetch a value outside the row. */
const isLong = 'octet_length(m.body) > 2000'

/** The recipients in an event. */
const excerptRecipients = 20

const isExcerpt = `(${isLong} or coalesce(jsonb_array_length(m.recipients), 0) > ${excerptRecipients})`

const joinsWith = (forms: string) => `
  cross join lateral (select ${repliedTo} as id) a
  join channels ch on ch.company_id = m.company_id and ch.id = m.channel_id
  left join teammates t on t.company_id = m.company_id and t.id = m.author_id
  left join html_forms f on f.company_id = m.company_id and f.message_id = m.id ${forms}
  ${joinDelivery('m.company_id', 'm.conversation_id', 'm.id')}`

const messageJoins = joinsWith('')

type Reader = Pick<Database, 'query'>

export async function findMessage(db: Reader, companyId: number, id: number): Promise<MessageRow | undefined> {
  return (await findMessages(db, companyId, [id]))[0]
}

export async function findMessages(db: Reader, companyId: number, ids: number[]): Promise<MessageRow[]> {
  const rows = await db.query<MessageRow>(
    'find_messages',
    `select ${messageColumns} from messages m ${messageJoins} where m.company_id = $1 and m.id = any($2::bigint[])`,
    [companyId, ids],
  )
  return withForms(db, companyId, rows)
}

const selectExcerpts = `select ${columnsWith(
  `case when ${isLong} then m.blurb else m.body end`,
  `case when ${isLong} then 'text' else m.body_format end`,
  excerptRecipients,
)}, ${isExcerpt} as is_excerpt from messages m ${joinsWith(`and not (${isLong})`)}`

/** Messages with the preview instead of long bodies, in plain text. */
export async function findMessageExcerpts(db: Reader, companyId: number, ids: number[]): Promise<MessageRow[]> {
  const rows = await db.query<MessageRow>(
    'find_message_excerpts',
    `${selectExcerpts} where m.company_id = $1 and m.id = any($2::bigint[])`,
    [companyId, ids],
  )
  return withForms(db, companyId, rows)
}

/** Finds the messages of a range of events. `reader` reads; missing forms are stored through `db`. */
export async function findMessageExcerptsOfEvents(
  db: Reader,
  reader: Reader,
  { companyId, after, limit }: EventsAfter,
) {
  const rows = await reader.query<MessageRow>(
    'find_message_excerpts_of_events',
    `${selectExcerpts} where m.company_id = $1 and m.id = any(${targetsOfEvents('message')})`,
    [companyId, after, limit],
  )
  return withForms(db, companyId, rows)
}

/** The cursor of a thread page: after this message, in thread order (microseconds, message number). */
export interface ThreadCursor {
  sortUs: number
  id: number
}

export interface ThreadPage {
  rows: MessageRow[]
  hasMore: boolean
}

/** Reads a page of a conversation's messages, newest first unless `order` is asc: as many as fit into a response. */
export async function listThread(
  db: Reader,
  companyId: number,
  conversationId: number,
  page: { limit: number; after?: ThreadCursor | undefined; order: 'asc' | 'desc' },
): Promise<ThreadPage> {
  const [compare, direction] = page.order === 'asc' ? ['>', 'asc'] : ['<', 'desc']
  const start = page.after ?? (page.order === 'asc' ? { sortUs: 0, id: 0 } : { sortUs: 8e15, id: 2 ** 52 })
  const rows = await db.query<MessageRow & { found: number }>(
    `list_thread_${direction}`,
    `with found as materialized (
       select p.company_id, p.id, p.sort_at, octet_length(p.body) as bytes from messages p
       where p.company_id = $1 and p.conversation_id = $2
         and (p.sort_at, p.id) ${compare} ('epoch'::timestamptz + $3::float8 * interval '1 microsecond', $4::bigint)
       order by p.sort_at ${direction}, p.id ${direction} limit $5),
     page as materialized (
       select f.company_id, f.id, f.bytes, sum(f.bytes) over (order by f.sort_at ${direction}, f.id ${direction}) as total from found f)
     select ${messageColumns}, (select count(*) from found)::int as found
     from page join messages m on m.company_id = page.company_id and m.id = page.id ${messageJoins}
     where page.total <= $6 or page.total = page.bytes
     order by m.sort_at ${direction}, m.id ${direction}`,
    [companyId, conversationId, start.sortUs, start.id, page.limit + 1, pageBytes],
  )
  const fit = await withForms(db, companyId, rows.slice(0, page.limit))
  return { rows: fit, hasMore: fit.length < (rows[0]?.found ?? 0) }
}

/** Bytes of the bodies of messages, by their number. */
export async function findBodySizes(db: Reader, companyId: number, ids: number[]): Promise<Map<number, number>> {
  const rows = await db.query<{ id: number; bytes: number }>(
    'find_body_sizes',
    'select id, octet_length(body) as bytes from messages where company_id = $1 and id = any($2::bigint[])',
    [companyId, ids],
  )
  return new Map(rows.map(({ id, bytes }) => [id, bytes]))
}

/** The positions of a conversation's messages in its timeline. */
export function listPositions(
  db: Reader,
  { companyId, conversationId, behind, order, limit }: PositionsAsked,
): Promise<Position[]> {
  return db.query<Position>(
    `list_message_positions_${order}`,
    `select (extract(epoch from m.sort_at) * 1000000)::bigint as us, m.id as number from messages m
     where m.company_id = $1 and m.conversation_id = $2
       and (m.sort_at, m.id) ${order === 'asc' ? '>' : '<'} ('epoch'::timestamptz + $3::float8 * interval '1 microsecond', $4::bigint)
     order by m.sort_at ${order}, m.id ${order} limit $5`,
    [companyId, conversationId, behind.us, behind.number, limit],
  )
}
