import type { Item } from '../outbox/items.ts'
import { isSameDay } from '../ui/time/formats.ts'
import type { TimelineKind, TimelineRow } from './kinds.ts'
import { idOf, type TimelinePage } from './pages.ts'

/** The rows between entries: the beginning, a new day, the first unread message. */
export type DividerRow =
  | { kind: 'beginning'; key: string }
  | { kind: 'day'; key: string; time: number }
  | { kind: 'new'; key: string }

interface TimelineSource {
  /** Newest first. */
  pages: TimelinePage[]
  /** The queued changes of this conversation on this device. */
  waiting: Item[]
  /** The first entry that this teammate has not read; null: all is read. */
  firstUnreadId: string | null
  /** Whether older pages are still to be loaded. */
  hasOlder: boolean
  myId: string
}

/** The rows of a thread, from top to bottom. */
export function buildRows(kinds: readonly TimelineKind[], source: TimelineSource): TimelineRow[] {
  const rows = new Rows(source.hasOlder)
  const entries = source.pages.flatMap((page) =>
    page.entries.map((entry, index) => ({ entry, isPageStart: index === page.entries.length - 1 })),
  )
  for (const { entry, isPageStart } of entries.toReversed()) {
    for (const kind of kinds) {
      const row = kind.rowOf?.(entry, isPageStart)
      if (row) rows.put(kind, row, idOf(entry) === source.firstUnreadId)
    }
  }
  const oldestFirst = entries.map(({ entry }) => entry).toReversed()
  for (const kind of kinds)
    for (const row of kind.waitingRows?.(source.waiting, oldestFirst, source.myId) ?? []) rows.put(kind, row)
  for (const kind of kinds) kind.finish?.(rows.all.filter((row) => row.kind === kind.kind))
  return rows.all
}

class Rows {
  readonly all: TimelineRow[]
  /** The day of the last row. The first loaded day has no heading, which would move when older pages are loaded. */
  #day: number | undefined

  constructor(hasOlder: boolean) {
    this.all = hasOlder ? [] : [{ kind: 'beginning', key: 'beginning' }]
    this.#day = hasOlder ? undefined : 0
  }

  put(kind: TimelineKind, row: TimelineRow, isFirstUnread = false): void {
    const at = kind.position(row)
    if (Number.isFinite(at)) this.#reach(at)
    if (isFirstUnread) this.#addDivider({ kind: 'new', key: 'new' })
    if (!kind.join?.(this.all.at(-1), row)) this.all.push(row)
  }

  #reach(time: number): void {
    if (this.#day !== undefined && !isSameDay(this.#day, time))
      this.#addDivider({ kind: 'day', key: `day-${Math.floor(time)}`, time })
    this.#day = time
  }

  #addDivider(row: DividerRow): void {
    this.all.push(row)
  }
}
