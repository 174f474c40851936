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
    const has = (inbox: number | null) => inbox !== null && inboxIds.has(inbox)
    if (event.conversation_id === null) return has(event.target_id) ? 'inside' : 'outside'
    if (has(place)) return 'inside'
    return has(event.target_id) ? 'outside' : null
  },
}
