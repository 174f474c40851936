import type { ReactNode } from 'react'
import type { Channel, Conversation, HubEvent, TimelineEntry } from '../api/types.ts'
import type { Item } from '../outbox/items.ts'
import type { TimelinePages } from './pages.ts'

/** One row of a thread. What else it holds, its kind knows. */
export interface TimelineRow {
  kind: string
  key: string
}

/** A kind of rows. A feature declares its own, and its manifest lists them. */
export interface TimelineKind<Row extends TimelineRow = TimelineRow> {
  kind: Row['kind']
  /** Where it stands, in seconds since 1970; Infinity: below all that has a time. */
  position(row: Row): number
  /** The row of an entry of the hub's timeline; undefined: that is of another kind. */
  rowOf?(entry: TimelineEntry, isPageStart: boolean): Row | undefined
  /** The rows of what waits on this device, in order. */
  waitingRows?(items: Item[], entries: TimelineEntry[], myId: string): Row[]
  /** Meets the row above. True: that took it in, and it has no row of its own. */
  join?(above: TimelineRow | undefined, row: Row): boolean
  /** What an event does to a timeline that was read before it. */
  catchUp?(pages: TimelinePages, event: HubEvent): TimelinePages | Promise<TimelinePages>
  /** What it usually takes, in pixels. */
  height: number
  /** What draws a row; it comes with the first thread. */
  loadRow(): Promise<{ Row(props: RowProps<Row>): ReactNode }>
}

/** A kind without what draws it. */
export type RowsOfKind<Row extends TimelineRow> = Omit<TimelineKind<Row>, 'loadRow'>

export interface RowProps<Row extends TimelineRow> {
  row: Row
  conversation: Conversation
  channel: Channel | undefined
}

let all: readonly TimelineKind[] = []

/** In the order that the hub has for entries of the same time. */
export function registerTimelineKinds(kinds: TimelineKind[]): void {
  all = kinds
}

export const timelineKinds = () => all

/** What draws the rows of a kind, once they were loaded. */
export const drawnBy = new Map<string, (props: RowProps<TimelineRow>) => ReactNode>()

export async function loadRows(): Promise<void> {
  await Promise.all(all.map(async (kind) => drawnBy.set(kind.kind, (await kind.loadRow()).Row)))
}

export function rankOf({ kind }: TimelineEntry): number {
  return all.findIndex((one) => one.kind === kind)
}
