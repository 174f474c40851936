import { type Audience, kindOf } from './catalogue.ts'
import type { EventRow } from './queries.ts'

/** A reader of events: the teammate (null: an API token), and their current inboxes. */
export interface Viewer {
  teammateId: number | null
  inboxIds: ReadonlySet<number>
}

/** The inboxes of a conversation, its own first, and the teammates who were granted it alone. */
export interface Location {
  inboxIds: readonly number[]
  teammateIds: readonly number[]
}

/**
 * SQL of whether the conversation `c` is visible: `has` is the condition on an inbox of the reader, or the teammate (null: nobody) was
 * granted it alone. `isVisibleAt` is the same rule for an event's location. Every change of a location writes an event of the
 * conversation, as a move does, because the stream caches who may see a frame.
 */
export const isVisibleTo = (has: (inbox: string) => string, teammate: string) => `(${has('c.inbox_id')}
  or exists (select from conversation_inboxes b
    where b.company_id = c.company_id and b.conversation_id = c.id and ${has('b.inbox_id')})
  or exists (select from conversation_teammates g
    where g.company_id = c.company_id and g.conversation_id = c.id and g.teammate_id = ${teammate}))`

/** SQL of whether an inbox is in an array of inboxes. */
export const isAmong = (inboxes: string) => (inbox: string) => `${inbox} = any(${inboxes}::bigint[])`

export function isVisibleAt(location: Location | null, { teammateId, inboxIds }: Viewer): boolean {
  if (location === null) return false
  return (
    location.inboxIds.some((id) => inboxIds.has(id)) ||
    (teammateId !== null && location.teammateIds.includes(teammateId))
  )
}

/** `full`: the event. `removal`: only that a visible thing is gone. null: nothing. */
export type Visibility = 'full' | 'removal' | null

/** Whether an event is only for its actor, on all their devices, and the teammate is somebody else. */
export function isPrivateTo(event: EventRow, teammateId: number | null): boolean {
  return kindOf(event.type)?.audience === 'actor' && (teammateId === null || teammateId !== event.actor_id)
}

/**
 * The visibility of an event for a viewer. Events of a conversation, old ones too, follow its current location, which is null
 * when it is permanently deleted. A viewer with an inbox that a conversation left sees only its removal.
 */
export function visibilityOf(event: EventRow, location: Location | null, viewer: Viewer): Visibility {
  const kind = kindOf(event.type)
  return kind ? visibilities[kind.audience](event, location, viewer) : null
}

const visibilities: Record<Audience, (event: EventRow, location: Location | null, viewer: Viewer) => Visibility> = {
  company: () => 'full',
  actor: (event, location, viewer) =>
    isPrivateTo(event, viewer.teammateId) ? null : visibilities.inbox_readers(event, location, viewer),
  inbox_readers(event, location, viewer) {
    if (event.conversation_id !== null) return isVisibleAt(location, viewer) ? 'full' : null
    return event.inbox_id === null || viewer.inboxIds.has(event.inbox_id) ? 'full' : null
  },
  inbox_readers_and_left(event, location, viewer) {
    const has = (inbox: number | null) => inbox !== null && viewer.inboxIds.has(inbox)
    if (event.conversation_id === null) return has(event.target_id) ? 'full' : 'removal'
    if (isVisibleAt(location, viewer)) return 'full'
    return has(event.target_id) ? 'removal' : null
  },
}
