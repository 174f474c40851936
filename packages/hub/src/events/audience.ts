import { type Audience, kindOf } from './catalogue.ts'
import type { EventRow } from './queries.ts'

/** Who reads: the teammate (null: an API token), and the inboxes they have now. */
export interface Viewer {
  teammateId: number | null
  inboxIds: ReadonlySet<number>
}

/** Where a conversation is: its inboxes, the first one first, and the teammates who were given it alone. */
export interface Location {
  inboxIds: readonly number[]
  teammateIds: readonly number[]
}

/**
 * Whether the conversation `c` is seen, as SQL: it is in an inbox that `has` says who reads has, or the teammate (null: nobody) was
 * given it alone. What `isSeenFrom` says of an event's location; whoever changes one writes an event of the conversation, as a
 * move does, for the stream's cached frames say who may see them.
 */
export const isSeen = (has: (inbox: string) => string, teammate: string) => `(${has('c.inbox_id')}
  or exists (select from conversation_inboxes b
    where b.company_id = c.company_id and b.conversation_id = c.id and ${has('b.inbox_id')})
  or exists (select from conversation_teammates g
    where g.company_id = c.company_id and g.conversation_id = c.id and g.teammate_id = ${teammate}))`

/** Of a list of inboxes, an SQL array. */
export const isAmong = (inboxes: string) => (inbox: string) => `${inbox} = any(${inboxes}::bigint[])`

function isSeenFrom(location: Location | null, { teammateId, inboxIds }: Viewer): boolean {
  if (location === null) return false
  return (
    location.inboxIds.some((id) => inboxIds.has(id)) ||
    (teammateId !== null && location.teammateIds.includes(teammateId))
  )
}

/** `full`: the event. `removal`: only that something which could be seen is gone. null: nothing. */
export type Visibility = 'full' | 'removal' | null

/** Whether an event is published to its actor alone, on all their screens, and this is somebody else. */
export function isPrivateTo(event: EventRow, teammateId: number | null): boolean {
  return kindOf(event.type)?.audience === 'actor' && (teammateId === null || teammateId !== event.actor_id)
}

/**
 * What a viewer sees of an event. A conversation's events, old ones too, are judged by where it is now: `location` is null
 * when it is deleted for ever. Who had the inbox that a conversation left sees that it went, and no more.
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
    if (event.conversation_id !== null) return isSeenFrom(location, viewer) ? 'full' : null
    return event.inbox_id === null || viewer.inboxIds.has(event.inbox_id) ? 'full' : null
  },
  inbox_readers_and_left(event, location, viewer) {
    const has = (inbox: number | null) => inbox !== null && viewer.inboxIds.has(inbox)
    if (event.conversation_id === null) return has(event.target_id) ? 'full' : 'removal'
    if (isSeenFrom(location, viewer)) return 'full'
    return has(event.target_id) ? 'removal' : null
  },
}
