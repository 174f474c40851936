import { limits } from '@portico/protocol'
import { sqlList, undeliveredStates } from '../db/constants.ts'
import type { Database } from '../db/database.ts'
import { deliveryColumn, joinDelivery } from '../delivery-states/columns.ts'
import type { DeliveryRow } from '../delivery-states/present.ts'
import { isAmong, isVisibleTo } from '../events/audience.ts'
import { conversationsOfEvents, type EventsAfter } from '../events/queries.ts'
import type { Order } from '../http/page.ts'
import type { TeammateRow } from '../teammates/present.ts'
import { additionsColumn, type ConversationAdditions } from './additions.ts'
import { isUnread } from './attention.ts'
import type { ConversationStatus, StatusFilter, UndeliveredState } from './status.ts'

export interface ConversationRow {
  id: number
  inbox_id: number
  channel_id: number
  contact_id: number | null
  recipient_handle: string | null
  /** As the channel told it. */
  recipient_name: string | null
  /** The name of the contact, where a person or an integration set it. */
  given_name: string | null
  subject: string | null
  status: ConversationStatus
  last_message_id: number | null
  last_message_at: Date
  /** When the last message was written; a call may have come after it. */
  last_written_at: Date | null
  last_us: number
  last_message_blurb: string
  /** The files of a last message without text. */
  last_message_is_removed: boolean
  last_message_files: { filename: string; content_type: string; count: number } | null
  last_message_is_inbound: boolean
  last_inbound_id: number
  last_missed_call: number
  waiting_since: Date | null
  created_at: Date
  updated_at: Date
  assignee: TeammateRow | null
  /** The delivery of the last message, when that is outbound. */
  delivery: DeliveryRow | null
  /** The worst state of its undelivered messages. */
  undelivered: UndeliveredState | null
  unread: boolean
  external_ids: string[] | null
  /** The fields that features add, by their names. */
  additions: Record<string, unknown>
}

type Reader = Pick<Database, 'query'>

const worstFirst = sqlList(undeliveredStates)

/** Only a message without text is named by its files. */
const filesOfLastMessage = `case when c.last_message_blurb = '' then (
    select json_build_object('filename', (array_agg(a.filename order by a.position, a.id))[1],
      'content_type', (array_agg(a.content_type order by a.position, a.id))[1], 'count', count(*))
    from attachments a where a.company_id = c.company_id and a.owner_kind = 'message' and a.owner_id = c.last_message_id
    having count(*) > 0) end`

const columns = `
  c.id, c.inbox_id, c.channel_id, c.contact_id, c.recipient_handle,
  left(c.recipient_name, ${limits.name}) as recipient_name,
  (select left(p.name, ${limits.name}) from contacts p
    where p.company_id = c.company_id and p.id = c.contact_id and p.named_by is null) as given_name,
  left(c.subject, ${limits.subject}) as subject, c.status,
  c.last_message_id, c.last_message_at, (extract(epoch from c.last_message_at) * 1000000)::bigint as last_us,
  c.last_message_blurb, ${filesOfLastMessage} as last_message_files, c.last_message_blurb = '' and coalesce((
    select m.removed_at is not null from messages m where m.company_id = c.company_id and m.id = c.last_message_id), false) as last_message_is_removed, c.last_message_is_inbound, c.last_inbound_id, c.last_missed_call, c.waiting_since, c.created_at, c.updated_at,
  case when c.last_call_id is null then c.last_message_at else (
    select m.sort_at from messages m where m.company_id = c.company_id and m.id = c.last_message_id) end as last_written_at,
  case when a.id is not null then to_jsonb(a) end as assignee,
  ${deliveryColumn('null')},
  (array[${worstFirst}])[(
    select min(array_position(array[${worstFirst}], u.state)) from undelivered_messages u
    where u.company_id = c.company_id and u.conversation_id = c.id)] as undelivered`

const joins = `
  left join teammates a on a.company_id = c.company_id and a.id = c.assignee_id
  ${joinDelivery('c.company_id', 'c.id', 'c.last_message_id')}`

export async function findConversation(
  db: Reader,
  companyId: number,
  id: number,
  teammateId: number | null,
  additions: ConversationAdditions,
): Promise<ConversationWithAccess | undefined> {
  const [row] = await findConversations(db, companyId, [id], teammateId, additions)
  return row
}

/** A conversation with all its inboxes, its own first, and the teammates who were granted it alone. */
export interface ConversationWithAccess extends ConversationRow {
  inbox_ids: number[]
  teammate_ids: number[]
}

export function findConversations(
  db: Reader,
  companyId: number,
  ids: number[],
  teammateId: number | null,
  additions: ConversationAdditions,
) {
  return db.query<ConversationWithAccess>(
    'find_conversations',
    `${selectWithAccess('$3', additions)} where c.company_id = $1 and c.id = any($2::bigint[])`,
    [companyId, ids, teammateId],
  )
}

/** The conversations of a range of events, without the state of any teammate. */
export function findConversationsOfEvents(
  db: Reader,
  { companyId, after, limit }: EventsAfter,
  additions: ConversationAdditions,
) {
  return db.query<ConversationWithAccess>(
    'find_conversations_of_events',
    `${selectWithAccess('null::bigint', additions)} where c.company_id = $1 and c.id = any(${conversationsOfEvents})`,
    [companyId, after, limit],
  )
}

const selectWithAccess = (
  teammate: string,
  additions: ConversationAdditions,
) => `select ${columns}, ${additionsColumn(additions)}, ${isUnread(teammate)} as unread,
       (select array_agg(x.external_id order by x.id) from conversation_external_ids x
       where x.company_id = c.company_id and x.conversation_id = c.id) as external_ids,
       c.inbox_id || array(select b.inbox_id from conversation_inboxes b
         where b.company_id = c.company_id and b.conversation_id = c.id order by b.inbox_id) as inbox_ids,
       array(select g.teammate_id from conversation_teammates g
         where g.company_id = c.company_id and g.conversation_id = c.id) as teammate_ids
     from conversations c ${joins}`

interface ListCursor {
  lastUs: number
  id: number
}

/** Conversations that a feature names, such as those with a tag. */
export interface NamedConversations {
  /** Part of the name of the query. */
  name: string
  /** SQL that selects their ids, of the company $1 and the value $8. */
  sql: string
  value: number
}

export interface ConversationFilter extends StatusFilter {
  companyId: number
  inboxIds: number[]
  /** Includes the conversations that this teammate was granted alone. */
  grantedTo: number | null
  /** Limits the list to conversations assigned to this teammate. */
  assigneeId?: number | undefined
  /** Limits the list to conversations that a feature names. */
  among?: NamedConversations | undefined
  /** Limits the list to conversations with an undelivered message. */
  isUndelivered?: boolean
  /** The teammate whose `unread` is returned. */
  teammateId: number | null
  order: Order
  after?: ListCursor | undefined
  limit: number
}

/** The two orders of a list: the cursor of its first page, and the comparison with a cursor. */
const orders = {
  desc: { startCursor: { lastUs: 8e15, id: 2 ** 52 }, compare: '<' },
  asc: { startCursor: { lastUs: -8e15, id: 0 }, compare: '>' },
}

const afterCursor = (order: Order) =>
  `(c.last_message_at, c.id) ${orders[order].compare} ('epoch'::timestamptz + $3::float8 * interval '1 microsecond', $4::bigint)`

/**
 * Lists conversations by their last message, by keyset. Several inboxes are a LATERAL top-N each, merged: `inbox_id = any(…)` reads
 * and sorts every conversation of all of them (21 ms against 0.34 ms for ten inboxes at a million conversations).
 */
export function listConversations(
  db: Reader,
  filter: ConversationFilter,
  additions: ConversationAdditions,
): Promise<ConversationRow[]> {
  const { order } = filter
  const { name, sql, extra } = pageOf(filter)
  const after = filter.after ?? orders[order].startCursor
  return db.query<ConversationRow>(
    `${name}_${order}`,
    `with page as materialized (${sql(order)} order by c.last_message_at ${order}, c.id ${order} limit $5)
     select ${columns}, ${additionsColumn(additions)}, ${isUnread('$6')} as unread, null as external_ids from page c ${joins}
     order by c.last_message_at ${order}, c.id ${order}`,
    [
      ...[filter.companyId, filter.inboxIds, after.lastUs, after.id, filter.limit, filter.teammateId, filter.statuses],
      ...extra(filter),
    ],
  )
}

function pageOf({ assigneeId, isUndelivered, among }: ConversationFilter) {
  if (among) return pageOfNamed(among)
  if (isUndelivered) return pageOfUndelivered
  return assigneeId === undefined ? pageOfInboxes : pageOfAssignee
}

const pageOfInboxes = {
  name: 'list_conversations',
  sql: (order: Order) => `select c.* from (
    select c.* from unnest($2::bigint[]) inbox (id), unnest($7::text[]) wanted (status), lateral (
      select c.* from conversations c
      where c.company_id = $1 and c.inbox_id = inbox.id and c.status = wanted.status and ${afterCursor(order)}
        and (c.status <> 'open' or $8::boolean is null or (c.assignee_id is not null) = $8::boolean)
      order by c.last_message_at ${order}, c.id ${order} limit $5) c
    union all
    select c.* from (
      select b.conversation_id as id from conversation_inboxes b where b.company_id = $1 and b.inbox_id = any($2::bigint[])
      union select g.conversation_id from conversation_teammates g where g.company_id = $1 and g.teammate_id = $9::bigint) granted
    join conversations c on c.company_id = $1 and c.id = granted.id
    where c.inbox_id <> all($2::bigint[]) and c.status = any($7::text[]) and ${afterCursor(order)}
      and (c.status <> 'open' or $8::boolean is null or (c.assignee_id is not null) = $8::boolean)) c`,
  extra: (filter: ConversationFilter): unknown[] => [filter.assigned, filter.grantedTo],
}

const pageOfAssignee = {
  name: 'list_assigned_conversations',
  sql: (order: Order) => `select c.* from unnest($7::text[]) wanted (status), lateral (
      select c.* from conversations c
      where c.company_id = $1 and c.assignee_id = $8 and c.status = wanted.status
        and ${isVisibleTo(isAmong('$2'), '$9::bigint')} and ${afterCursor(order)}
      order by c.last_message_at ${order}, c.id ${order} limit $5) c`,
  extra: (filter: ConversationFilter): unknown[] => [filter.assigneeId, filter.grantedTo],
}

/** The conversations of undelivered messages, read from the index of those: they are few, except while a channel is down. */
const pageOfUndelivered = {
  name: 'list_undelivered_conversations',
  sql: (
    order: Order,
  ) => `select c.* from (select distinct u.conversation_id from undelivered_messages u where u.company_id = $1) undelivered
      join conversations c on c.company_id = $1 and c.id = undelivered.conversation_id
      where ${isVisibleTo(isAmong('$2'), '$10::bigint')} and c.status = any($7::text[]) and ${afterCursor(order)}
        and ($8::bigint is null or c.assignee_id = $8)
        and (c.status <> 'open' or $9::boolean is null or (c.assignee_id is not null) = $9::boolean)`,
  extra: (filter: ConversationFilter): unknown[] => [filter.assigneeId ?? null, filter.assigned, filter.grantedTo],
}

const pageOfNamed = ({ name, sql }: NamedConversations) => ({
  name: `list_${name}_conversations`,
  sql: (order: Order) => `select c.* from (${sql}) named (id)
      join conversations c on c.company_id = $1 and c.id = named.id
      where ${isVisibleTo(isAmong('$2'), '$9::bigint')} and c.status = any($7::text[]) and ${afterCursor(order)}
        and (c.status <> 'open' or $10::boolean is null or (c.assignee_id is not null) = $10::boolean)`,
  extra: (filter: ConversationFilter): unknown[] => [filter.among?.value, filter.grantedTo, filter.assigned],
})

/** The limit of the counts in the sidebar: a count that reaches it may be higher. */
const countLimit = 1_000

/** Counts unread open conversations per inbox and assigned to the teammate, and those with undelivered messages. */
export async function countConversations(db: Reader, companyId: number, teammateId: number, inboxIds: number[]) {
  const rows = await db.query<{ kind: 'inbox' | 'assigned' | 'undelivered'; inbox_id: number; matches: number }>(
    'count_conversations',
    `select 'inbox' as kind, inbox.id as inbox_id, (select count(*) from (
         select 1 from conversations c where c.company_id = $1 and c.inbox_id = inbox.id and c.status = 'open' and ${isUnread('$2')}
         union all
         select 1 from conversation_inboxes b join conversations c on c.company_id = b.company_id and c.id = b.conversation_id
         where b.company_id = $1 and b.inbox_id = inbox.id and c.inbox_id <> inbox.id and c.status = 'open' and ${isUnread('$2')}
         limit $4) counted)::int as matches
       from unnest($3::bigint[]) inbox (id)
     union all
     select 'assigned', 0, (select count(*) from (select 1 from conversations c
         where c.company_id = $1 and c.assignee_id = $2 and c.status = 'open' and ${isVisibleTo(isAmong('$3'), '$2::bigint')}
           and ${isUnread('$2')} limit $4) counted)::int
     union all
     select 'undelivered', 0, (select count(*) from (
         select 1 from undelivered_messages u join conversations c on c.company_id = u.company_id and c.id = u.conversation_id
         where u.company_id = $1 and ${isVisibleTo(isAmong('$3'), '$2::bigint')} and c.status in ('open', 'archived')
         group by c.id limit $4) counted)::int`,
    [companyId, teammateId, inboxIds, countLimit],
  )
  const countOf = (kind: string) => rows.find((row) => row.kind === kind)?.matches ?? 0
  const inboxes = rows
    .filter(({ kind }) => kind === 'inbox')
    .map(({ inbox_id, matches }) => ({ id: inbox_id, unread: matches }))
  return { inboxes, assignedUnread: countOf('assigned'), undelivered: countOf('undelivered') }
}
