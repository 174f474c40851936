import { publicId } from '@portico/protocol'
import { conversationResource } from '../conversations/present.ts'
import { findConversations } from '../conversations/queries.ts'
import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import { messageResource } from '../messages/present.ts'
import { findMessages } from '../messages/queries.ts'
import { teammateResource } from '../teammates/present.ts'
import { findTeammates } from '../teammates/queries.ts'
import type { EventRow } from './queries.ts'

/** The Event resource of Front's Core API; `data` is ours. */
export interface EventResource {
  _links: { self: string }
  id: string
  type: string
  emitted_at: number
  conversation: object | null
  source: { _meta: { type: string }; data: unknown }
  target: { _meta: { type: string }; data: unknown } | null
  data: Record<string, unknown> | null
}

type Resources = Map<number, object>

/** Presents events with what they are about, as it is now: three look-ups for the lot. */
export async function presentEvents(db: Pick<Database, 'query'>, urls: Urls, companyId: number, events: EventRow[]) {
  const [conversations, messages, teammates] = await Promise.all([
    findConversations(db, companyId, idsOf(events, 'conversation_id'), null),
    findMessages(db, companyId, idsOf(events, 'message_id')),
    findTeammates(db, companyId, events.flatMap(teammatesOf)),
  ])
  const byId = {
    conversations: new Map(
      conversations.map((row) => [row.id, conversationResource(row, companyId, urls)]),
    ) as Resources,
    messages: new Map(
      messages.map((row) => [row.id, messageResource(row, companyId, urls, { showsAdditions: true })]),
    ) as Resources,
    teammates: new Map(teammates.map((row) => [row.id, teammateResource(row, companyId, urls)])) as Resources,
  }
  return events.map((event) => presentEvent(event, companyId, urls, byId))
}

function presentEvent(
  event: EventRow,
  companyId: number,
  urls: Urls,
  known: { conversations: Resources; messages: Resources; teammates: Resources },
): EventResource {
  const id = publicId('evt', companyId, event.number)
  return {
    _links: { self: urls.of('events', id) },
    id,
    type: event.type,
    emitted_at: event.emitted_at.getTime() / 1000,
    conversation: (event.conversation_id && known.conversations.get(event.conversation_id)) || null,
    source: sourceOf(event, companyId, known.teammates),
    target: targetOf(event, companyId, known),
    data: event.data,
  }
}

function sourceOf(event: EventRow, companyId: number, teammates: Resources): EventResource['source'] {
  if (event.actor === 'teammate') {
    return { _meta: { type: 'teammate' }, data: (event.actor_id && teammates.get(event.actor_id)) || null }
  }
  if (event.actor === 'api') return { _meta: { type: 'api' }, data: null }
  const inboxes = event.inbox_id === null ? [] : [{ id: publicId('inb', companyId, event.inbox_id) }]
  return { _meta: { type: 'inboxes' }, data: inboxes }
}

function targetOf(
  event: EventRow,
  companyId: number,
  known: { messages: Resources; teammates: Resources },
): EventResource['target'] {
  if (event.message_id !== null) {
    return { _meta: { type: 'message' }, data: known.messages.get(event.message_id) ?? null }
  }
  if (event.target_id === null) return null
  if (event.type === 'move') {
    return { _meta: { type: 'inboxes' }, data: [{ id: publicId('inb', companyId, event.target_id) }] }
  }
  return { _meta: { type: 'teammate' }, data: known.teammates.get(event.target_id) ?? null }
}

function teammatesOf(event: EventRow): number[] {
  const ids = event.actor === 'teammate' && event.actor_id !== null ? [event.actor_id] : []
  return (event.type === 'assign' || event.type === 'unassign') && event.target_id !== null
    ? [...ids, event.target_id]
    : ids
}

function idsOf(events: EventRow[], field: 'conversation_id' | 'message_id'): number[] {
  return [...new Set(events.map((event) => event[field]).filter((id) => id !== null))]
}
