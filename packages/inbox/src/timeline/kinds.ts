import type { ReactNode } from 'react'
import type { Channel, Conversation, HubEvent, TimelineEntry } from '../api/types.ts'
import type { Item } from '../outbox/items.ts'
import type { TimelinePages } from './pages.ts'

/** A row of a thread. Its kind knows its other fields. */
export interface TimelineRow {
  kind: string
  key: string
}

/** A kind of row. A feature declares its own, and its manifest lists them. */
export interface TimelineKind<Row extends TimelineRow = TimelineRow> {
  kind: Row['kind']
  /** The sort position, in seconds since 1970; Infinity: below all rows with a time. */
  position(row: Row): number
  /** The row of a timeline entry; undefined for an entry of another kind. */
  rowOf?(entry: TimelineEntry, isPageStart: boolean): Row | undefined
  /** The rows of queued items, in order. */
  waitingRows?(items: Item[], entries: TimelineEntry[], myId: string): Row[]
  /** Combines the row with the one above. Returns true when that one includes it, so that it has no row of its own. */
  join?(above: TimelineRow | undefined, row: Row): boolean
  /** Completes the rows of this kind, oldest first, when all are there. */
  finish?(rows: Row[]): void
  /** Applies an event to a timeline that was read before it. */
  catchUp?(pages: TimelinePages, event: HubEvent): TimelinePages | Promise<TimelinePages>
  /** The usual height in pixels. */
  height: number
  /** Loads the component of a row, with the first thread. */
  loadRow(): Promise<{ Row(props: RowProps<Row>): ReactNode }>
}

/** A kind without its component. */
export type RowsOfKind<Row extends TimelineRow> = Omit<TimelineKind<Row>, 'loadRow'>

export interface RowProps<Row extends TimelineRow> {
  row: Row
  conversation: Conversation
  channel: Channel | undefined
}

let all: readonly TimelineKind[] = []

/** Registers the kinds in the hub's order of entries of the same time. */
export function registerTimelineKinds(kinds: TimelineKind[]): void {
  all = kinds
}

export const timelineKinds = () => all

/** The loaded components by kind of row. */
export const drawnBy = new Map<string, (props: RowProps<TimelineRow>) => ReactNode>()

export async function loadRows(): Promise<void> {
  await Promise.all(all.map(async (kind) => drawnBy.set(kind.kind, (await kind.loadRow()).Row)))
}

export function rankOf({ kind }: TimelineEntry): number {
  return all.findIndex((known) => known.kind === kind)
}
