import type { EventType, HubEvent } from '../api/types.ts'
import { eventTextOf } from '../timeline/event-texts.ts'
import type { RowsOfKind, TimelineRow } from '../timeline/kinds.ts'
import { insertEntry, type TimelinePages } from '../timeline/pages.ts'

export interface EventRow extends TimelineRow {
  kind: 'event'
  events: HubEvent[]
}

/** The events that are lines of a timeline, beside those that other features have lines for. */
const lineTypes: ReadonlySet<EventType> = new Set(['assign', 'unassign', 'archive', 'reopen', 'trash', 'restore'])

/** The timeline with the line of an event; other events are none. */
export function withLine(pages: TimelinePages, event: HubEvent): TimelinePages {
  const isLine = lineTypes.has(event.type) || eventTextOf(event.type) !== undefined
  return isLine ? insertEntry(pages, { kind: 'event', at: event.emitted_at, event }) : pages
}

const isEventRow = (row: TimelineRow | undefined): row is EventRow => row?.kind === 'event'

/** What happened between messages; neighbours of one day share a row that unfolds. */
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
  catchUp: withLine,
}
