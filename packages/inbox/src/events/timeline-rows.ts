import type { EventType, HubEvent } from '../api/types.ts'
import { eventTextOf } from '../timeline/event-texts.ts'
import type { RowsOfKind, TimelineRow } from '../timeline/kinds.ts'
import { insertEntry, type TimelinePages } from '../timeline/pages.ts'

export interface EventRow extends TimelineRow {
  kind: 'event'
  events: HubEvent[]
}

/** Types of events that this folder shows in timelines; other features add theirs with event texts. */
const shownTypes: ReadonlySet<EventType> = new Set(['assign', 'unassign', 'archive', 'reopen', 'trash', 'restore'])

/** The timeline with an event added, if events of its type are shown. */
export function withEvent(pages: TimelinePages, event: HubEvent): TimelinePages {
  const isShown = shownTypes.has(event.type) || eventTextOf(event.type) !== undefined
  return isShown ? insertEntry(pages, { kind: 'event', at: event.emitted_at, event }) : pages
}

const isEventRow = (row: TimelineRow | undefined): row is EventRow => row?.kind === 'event'

/** Rows of events; neighbours of one day share a row that unfolds. */
export const eventRows: RowsOfKind<EventRow> = {
  kind: 'event',
  height: 36,
  position: ({ events }) => events[0]?.emitted_at ?? 0,
  rowOf: (entry) =>
    entry.kind === 'event' ? { kind: 'event', key: entry.event.id, events: [entry.event] } : undefined,
  join(above, { events }) {
    if (!isEventRow(above)) return false
    above.events.push(...events)
    return true
  },
  catchUp: withEvent,
}
