import type { Database } from '../db/database.ts'
import type { Order } from '../http/page.ts'
import { isAmong, isVisibleTo } from './audience.ts'
import { type ActorKind, type CauseKind, type EventType, type TargetKind, typesWhere } from './catalogue.ts'
import type { ShownKind } from './presenters.ts'

export interface EventRow {
  number: number
  type: EventType
  emitted_at: Date
  conversation_id: number | null
  inbox_id: number | null
  message_id: number | null
  actor: ActorKind
  actor_id: number | null
  target_kind: TargetKind | null
  /** The target number; null for a message, whose number is `message_id`. */
  target_id: number | null
  /** null: a hub of before wrote it. */
  cause: CauseKind | null
  cause_id: number | null
  data: Record<string, unknown> | null
}

const columns = `e.number, e.type, e.emitted_at, e.conversation_id, e.inbox_id, e.message_id, e.actor, e.actor_id,
  e.target_kind, e.target_id, e.cause, e.cause_id, e.data`

type Reader = Pick<Database, 'query'>

/** The company's newest event number: what a list read now is up to date with. */
export async function currentCursor(db: Reader, companyId: number): Promise<number> {
  const [row] = await db.query<{ last_event: number }>(
    'current_cursor',
    'select last_event from counters where company_id = $1',
    [companyId],
  )
  return row?.last_event ?? 0
}

/** A range of a company's events: those after a number, oldest first. */
export interface EventsAfter {
  companyId: number
  after: number
  limit: number
}

const eventsAfter = (columns: string) =>
  `select ${columns} from events e where e.company_id = $1 and e.number > $2 order by e.number limit $3`

export function listEventsAfter(db: Reader, { companyId, after, limit }: EventsAfter): Promise<EventRow[]> {
  return db.query<EventRow>('list_events_after', eventsAfter(columns), [companyId, after, limit])
}

/** The conversations of EventsAfter (its values are $1 to $3), an SQL array of numbers. */
export const conversationsOfEvents = `array(select p.conversation_id from (${eventsAfter('e.conversation_id')}) p)`

/** The targets and causes of such events, of one kind. */
export const targetsOfEvents = (kind: ShownKind) => `array(
  select x.id from (${eventsAfter('e.target_kind, e.target_id, e.message_id, e.actor, e.actor_id')}) p
  cross join lateral (values
    (case when p.target_kind = '${kind}' then ${kind === 'message' ? 'p.message_id' : 'p.target_id'} end),
    (case when p.actor = '${kind}' then p.actor_id end)) x(id)
  where x.id is not null)`

/** The filter of events, and the range of a page. */
export interface EventFilter {
  companyId: number
  /** The listed types; null: those that the catalogue lists. */
  types: string[] | null
  /** Seconds. */
  before: number | null
  after: number | null
  order: Order
  /** The number behind which the page begins. */
  behind: number | undefined
  limit: number
}

const listed = typesWhere(({ isListed }) => isListed)
const toldToActor = typesWhere(({ audience }) => audience === 'actor')
const leavesInbox = typesWhere(({ audience }) => audience === 'inbox_readers_and_left')
const isOneOf = (types: EventType[]) => `e.type in (${types.map((type) => `'${type}'`).join(', ')})`

const isAsked = `(case when $3::text[] is null then ${isOneOf(listed)} else e.type = any($3::text[]) end)
  and ($4::float8 is null or e.emitted_at < to_timestamp($4)) and ($5::float8 is null or e.emitted_at > to_timestamp($5))
  and (e.message_id is null or exists (select from messages m where m.company_id = e.company_id and m.id = e.message_id))`

/** SQL of isPrivateTo (audience.ts) on the events `e`. */
const isToldTo = (teammate: string) => `(e.actor_id = ${teammate} or not ${isOneOf(toldToActor)})`

function pageOf({ order, companyId, behind, types, before, after, limit }: EventFilter) {
  const compare = order === 'asc' ? '>' : '<'
  const cursor = behind ?? (order === 'asc' ? 0 : Number.MAX_SAFE_INTEGER)
  return {
    isOfPage: `e.company_id = $1 and e.number ${compare} $2 and ${isAsked}`,
    sorted: `order by e.number ${order} limit $6`,
    values: [companyId, cursor, types, before, after, limit],
  }
}

/** Events a reader of these inboxes, and of what the teammate was given alone, sees; each is judged once more by visibilityOf (audience.ts). */
export function listEvents(
  db: Reader,
  filter: EventFilter,
  { teammateId, inboxIds, grantedTo }: { teammateId: number | null; inboxIds: number[]; grantedTo: number | null },
) {
  const { isOfPage, sorted, values } = pageOf(filter)
  return db.query<EventRow>(
    `list_events_${filter.order}`,
    `select ${columns} from events e
       left join conversations c on c.company_id = e.company_id and c.id = e.conversation_id
     where ${isOfPage} and ${isToldTo('$9::bigint')}
       and (${isVisibleTo(isAmong('$7'), '$8::bigint')}
         or (e.conversation_id is null and (e.inbox_id is null or e.inbox_id = any($7::bigint[])))
         or (${isOneOf(leavesInbox)} and e.target_id = any($7::bigint[])))
     ${sorted}`,
    [...values, inboxIds, grantedTo, teammateId],
  )
}

export function findEvents(db: Reader, companyId: number, numbers: number[]) {
  return db.query<EventRow>(
    'find_events',
    `select ${columns} from events e where e.company_id = $1 and e.number = any($2::bigint[])`,
    [companyId, numbers],
  )
}

/** The events of a conversation, its messages included, that a teammate (null: an API token, a channel) may see. */
export function listConversationEvents(
  db: Reader,
  filter: EventFilter,
  { conversationId, teammateId }: { conversationId: number; teammateId: number | null },
) {
  const { isOfPage, sorted, values } = pageOf(filter)
  return db.query<EventRow>(
    `list_conversation_events_${filter.order}`,
    `select ${columns} from events e where ${isOfPage} and e.conversation_id = $7
       and ${isToldTo('$8::bigint')} ${sorted}`,
    [...values, conversationId, teammateId],
  )
}
