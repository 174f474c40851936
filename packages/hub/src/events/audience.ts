import { type Audience, catalogue } from './catalogue.ts'
import type { EventRow } from './queries.ts'

/** Who reads: the teammate (null: an API token), and the inboxes they have now. */
export interface Viewer {
  teammateId: number | null
  inboxIds: ReadonlySet<number>
}

/** `inside`: the event. `outside`: only that something which could be seen is gone. null: nothing. */
export type Telling = 'inside' | 'outside' | null

/** Whether an event is told to its actor alone, on all their screens, and this is somebody else. */
export function isPrivateTo(event: EventRow, teammateId: number | null): boolean {
  return catalogue[event.type].audience === 'actor' && (teammateId === null || teammateId !== event.actor_id)
}

/**
 * What a viewer is told of an event. A conversation's events, old ones too, are judged by where it is now: `place` is its
 * inbox, null when it is deleted for ever. Who had the inbox that a conversation left hears that it went, and no more.
 */
export function tellingOf(event: EventRow, place: number | null, viewer: Viewer): Telling {
  return tellings[catalogue[event.type].audience](event, place, viewer)
}

const tellings: Record<Audience, (event: EventRow, place: number | null, viewer: Viewer) => Telling> = {
  company: () => 'inside',
  actor: (event, place, viewer) =>
    isPrivateTo(event, viewer.teammateId) ? null : tellings.inbox_readers(event, place, viewer),
  inbox_readers(event, place, { inboxIds }) {
    if (event.conversation_id !== null) return place !== null && inboxIds.has(place) ? 'inside' : null
    return event.inbox_id === null || inboxIds.has(event.inbox_id) ? 'inside' : null
  },
  inbox_readers_and_left(event, place, { inboxIds }) {
    const has = (inbox: unknown) => typeof inbox === 'number' && inboxIds.has(inbox)
    if (event.conversation_id === null) return has(event.data?.inbox_id) ? 'inside' : 'outside'
    if (has(place)) return 'inside'
    return has(inboxLeft(event, place)) ? 'outside' : null
  },
}

/** A `move` names in its target the inbox that was left. */
function inboxLeft(event: EventRow, place: number | null): number | null {
  if (catalogue[event.type].target === 'inbox') return event.target_id
  return place === null ? event.inbox_id : null
}
