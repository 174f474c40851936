import type { Database } from '../db/database.ts'

export interface EventRow {
  number: number
  type: string
  emitted_at: Date
  conversation_id: number | null
  inbox_id: number | null
  message_id: number | null
  actor: 'teammate' | 'api' | 'channel' | 'system'
  actor_id: number | null
  target_id: number | null
  data: Record<string, unknown> | null
}

/** Events after which a conversation is in another place, or in none. */
export const moving = ['move', 'conversation_deleted']

const columns =
  'e.number, e.type, e.emitted_at, e.conversation_id, e.inbox_id, e.message_id, e.actor, e.actor_id, e.target_id, e.data'

type Reader = Pick<Database, 'query'>

/** The company's events after a number, oldest first. */
export function listEventsAfter(db: Reader, companyId: number, after: number, limit: number): Promise<EventRow[]> {
  return db.query<EventRow>(
    'list_events_after',
    `select ${columns} from events e where e.company_id = $1 and e.number > $2 order by e.number limit $3`,
    [companyId, after, limit],
  )
}

/** Events a reader of these inboxes is told of, newest first; each is judged once more by tellingOf (audience.ts). */
export function listEvents(db: Reader, companyId: number, inboxIds: number[], before: number, limit: number) {
  return db.query<EventRow>(
    'list_events',
    `select ${columns} from events e
       left join conversations c on c.company_id = e.company_id and c.id = e.conversation_id
     where e.company_id = $1 and e.number < $2 and e.type not in ('read', 'delivery', 'channel', 'inbox', 'teammate', 'conversation_deleted', 'message_united')
       and (c.inbox_id = any($3::bigint[])
         or (e.conversation_id is null and (e.inbox_id is null or e.inbox_id = any($3::bigint[])))
         or (e.type = 'move' and e.target_id = any($3::bigint[])))
     order by e.number desc limit $4`,
    [companyId, before, inboxIds, limit],
  )
}

export function findEvent(db: Reader, companyId: number, number: number) {
  return db.query<EventRow>('find_event', `select ${columns} from events e where e.company_id = $1 and e.number = $2`, [
    companyId,
    number,
  ])
}

/** What happened to a conversation beside its messages (assigned, archived, reopened …), newest first. */
export function listConversationEvents(
  db: Reader,
  companyId: number,
  conversationId: number,
  before: number,
  limit: number,
) {
  return db.query<EventRow>(
    'list_conversation_events',
    `select ${columns} from events e where e.company_id = $1 and e.conversation_id = $2 and e.number < $3
       and e.message_id is null and e.type not in ('read', 'message_united') order by e.number desc limit $4`,
    [companyId, conversationId, before, limit],
  )
}
