import { type Prefix, publicId } from '@portico/protocol'
import { conversationResource, goneConversation } from '../conversations/present.ts'
import { findConversations } from '../conversations/queries.ts'
import type { Database } from '../db/database.ts'
import type { Urls } from '../http/urls.ts'
import { messageResource } from '../messages/present.ts'
import { findMessageExcerpts, findMessages, type MessageRow } from '../messages/queries.ts'
import { teammateResource } from '../teammates/present.ts'
import { findTeammates } from '../teammates/queries.ts'
import { type CauseKind, catalogue } from './catalogue.ts'
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
  /** Ours: what made it happen. `id` is null for what has none, or is no more. */
  cause: { type: CauseKind; id: string | null } | null
  data: Record<string, unknown> | null
}

type MessageResource = ReturnType<typeof messageResource>

/** An event for both sides of what it is about (audience.ts). */
export interface PresentedEvent {
  event: EventRow
  /** Inbox in which its conversation is now; null when there is none. */
  place: number | null
  message: MessageResource | null
  inside: EventResource
  outside: EventResource | null
}

type Db = Pick<Database, 'query'>

interface Known {
  /** Inboxes of conversations. */
  places: Map<number, number>
  conversations: Map<number, object>
  messages: Map<number, MessageResource>
  teammates: Map<number, object>
}

/** Presents events with what they are about, as it is now: three look-ups for the lot. */
export async function presentEvents(
  db: Db,
  urls: Urls,
  companyId: number,
  events: EventRow[],
  messages: 'whole' | 'excerpts',
): Promise<PresentedEvent[]> {
  const find = messages === 'whole' ? findMessages : findMessageExcerpts
  const [conversationRows, messageRows, teammateRows] = await Promise.all([
    findConversations(db, companyId, idsOf(events, 'conversation_id'), null),
    find(db, companyId, idsOf(events, 'message_id')),
    findTeammates(db, companyId, events.flatMap(teammatesOf)),
  ])
  const known: Known = {
    places: new Map(conversationRows.map((row) => [row.id, row.inbox_id])),
    conversations: new Map(conversationRows.map((row) => [row.id, conversationResource(row, companyId, urls)])),
    messages: new Map(messageRows.map((row) => [row.id, presentMessage(row, companyId, urls)])),
    teammates: new Map(teammateRows.map((row) => [row.id, teammateResource(row, companyId, urls)])),
  }
  return events.map((event) => ({
    event,
    place: (event.conversation_id !== null && known.places.get(event.conversation_id)) || null,
    message: (event.message_id !== null && known.messages.get(event.message_id)) || null,
    inside: presentInside(event, companyId, urls, known),
    outside: presentOutside(event, companyId, urls, known),
  }))
}

function presentMessage(row: MessageRow, companyId: number, urls: Urls): MessageResource {
  const resource = messageResource(row, companyId, urls, { showsAdditions: true })
  return row.is_excerpt ? Object.assign(resource, { is_excerpt: true }) : resource
}

function presentInside(event: EventRow, companyId: number, urls: Urls, known: Known): EventResource {
  return {
    ...presentOccasion(event, companyId, urls),
    conversation: (event.conversation_id && known.conversations.get(event.conversation_id)) || null,
    source: sourceOf(event, companyId, known),
    target: targetOf(event, companyId, known),
    cause: causeOf(event, companyId),
    data: dataOf(event, companyId),
  }
}

/** What is told of a thing to those who may see it no more: that it went. */
function presentOutside(event: EventRow, companyId: number, urls: Urls, known: Known): EventResource | null {
  if (catalogue[event.type].audience !== 'inbox_readers_and_left') return null
  const { conversation_id: id } = event
  return {
    ...presentOccasion(event, companyId, urls),
    conversation: id === null ? null : goneConversation(id, event.emitted_at, companyId, urls),
    source: event.actor === 'teammate' || event.actor === 'api' ? sourceOf(event, companyId, known) : nowhere,
    target: null,
    cause: null,
    data: null,
  }
}

const nowhere = { _meta: { type: 'inboxes' }, data: [] }

function presentOccasion(event: EventRow, companyId: number, urls: Urls) {
  const id = publicId('evt', companyId, event.number)
  return {
    _links: { self: urls.of('events', id) },
    id,
    type: event.type,
    emitted_at: event.emitted_at.getTime() / 1000,
  }
}

function sourceOf(event: EventRow, companyId: number, known: Known): EventResource['source'] {
  if (event.actor === 'teammate') {
    return { _meta: { type: 'teammate' }, data: (event.actor_id && known.teammates.get(event.actor_id)) || null }
  }
  if (event.actor === 'api' || event.actor === 'rule') return { _meta: { type: event.actor }, data: null }
  return { _meta: { type: 'inboxes' }, data: inboxesOf(event, companyId, known) }
}

function targetOf(event: EventRow, companyId: number, known: Known): EventResource['target'] {
  if (event.message_id !== null) {
    const { conversation_id: conversation } = event
    // of a conversation that is deleted for ever nothing is told, though its messages may still be there
    const isThere = conversation !== null && known.places.has(conversation)
    return { _meta: { type: 'message' }, data: (isThere && known.messages.get(event.message_id)) || null }
  }
  if (event.target_kind === 'inbox') return { _meta: { type: 'inboxes' }, data: inboxesOf(event, companyId, known) }
  if (event.target_id === null) return null
  return { _meta: { type: 'teammate' }, data: known.teammates.get(event.target_id) ?? null }
}

/** Numbers of rows never leave the hub. An inbox that is a cause is deleted. */
const causePrefixes: Partial<Record<CauseKind, Prefix>> = {
  teammate: 'tea',
  api_token: 'tok',
  channel: 'cha',
  message: 'msg',
  rule: 'rul',
}

function causeOf({ cause, cause_id }: EventRow, companyId: number): EventResource['cause'] {
  if (cause === null) return null
  const prefix = causePrefixes[cause]
  return { type: cause, id: prefix && cause_id !== null ? publicId(prefix, companyId, cause_id) : null }
}

/** The inbox of an event; of a conversation's event, where it is now: it may have come from where this reader may not look. */
function inboxesOf(event: EventRow, companyId: number, { places }: Known) {
  const place = event.conversation_id === null ? event.inbox_id : places.get(event.conversation_id)
  return place ? [{ id: publicId('inb', companyId, place) }] : []
}

/** Numbers of rows never leave the hub: these fields become public ids. */
const idFields = { inbox_id: 'inb', teammate_id: 'tea', conversation_id: 'cnv', message_id: 'msg' } as const

function dataOf({ data }: EventRow, companyId: number): EventResource['data'] {
  if (!data) return null
  const fields = Object.entries(data).map(([name, value]) => {
    const kind = name in idFields && typeof value === 'number' ? idFields[name as keyof typeof idFields] : undefined
    return [name, kind ? publicId(kind, companyId, value as number) : value]
  })
  return Object.fromEntries(fields)
}

function teammatesOf(event: EventRow): number[] {
  const ids = event.actor === 'teammate' && event.actor_id !== null ? [event.actor_id] : []
  return event.target_kind === 'teammate' && event.target_id !== null ? [...ids, event.target_id] : ids
}

function idsOf(events: EventRow[], field: 'conversation_id' | 'message_id'): number[] {
  return [...new Set(events.map((event) => event[field]).filter((id) => id !== null))]
}
