import type { Call, HubEvent } from '../api/types.ts'
import type { RowsOfKind, TimelineRow } from '../timeline/kinds.ts'
import { dropEntry, hasEntry, insertEntry, mapEntries, type TimelinePages } from '../timeline/pages.ts'

export interface CallRow extends TimelineRow {
  kind: 'call'
  call: Call
}

/** A call has one row, with all its legs. */
export const callRows: RowsOfKind<CallRow> = {
  kind: 'call',
  height: 96,
  position: ({ call }) => call.created_at,
  rowOf: (entry) => (entry.kind === 'call' ? { kind: 'call', key: entry.call.id, call: entry.call } : undefined),
  catchUp: (pages, event) => {
    const call = callOf(event)
    return call ? placeCall(pages, call) : pages
  },
}

export function callOf({ target }: HubEvent): Call | null {
  return target?._meta.type === 'call' ? (target.data as Call | null) : null
}

/** The timeline with a call as it is now. What turned out to be a leg of it has no row of its own any more. */
export function placeCall(pages: TimelinePages, call: Call): TimelinePages {
  let placed = pages
  for (const { id } of call.legs) if (id !== call.id) placed = dropEntry(placed, id)
  if (!hasEntry(placed, call.id)) return insertEntry(placed, { kind: 'call', at: call.created_at, call })
  return mapEntries(placed, (entry) =>
    entry.kind === 'call' && entry.call.id === call.id ? { ...entry, call } : entry,
  )
}
