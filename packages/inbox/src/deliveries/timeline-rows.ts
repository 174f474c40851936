import type { Message } from '../api/types.ts'
import type { RowsOfKind, TimelineRow } from '../timeline/kinds.ts'

export interface CancelledRow extends TimelineRow {
  kind: 'cancelled'
  messages: Message[]
}

const isCancelledRow = (row: TimelineRow | undefined): row is CancelledRow => row?.kind === 'cancelled'

/** Cancelled messages; neighbours share one collapsed line. */
export const cancelledRows: RowsOfKind<CancelledRow> = {
  kind: 'cancelled',
  height: 36,
  position: ({ messages }) => messages[0]?.created_at ?? 0,
  rowOf(entry) {
    if (entry.kind !== 'message' || entry.message.delivery?.state !== 'cancelled') return undefined
    return { kind: 'cancelled', key: entry.message.id, messages: [entry.message] }
  },
  join(above, { messages }) {
    if (!isCancelledRow(above)) return false
    above.messages.push(...messages)
    return true
  },
}
