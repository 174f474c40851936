import type { HubEvent, Message } from '../api/types.ts'
import type { RowsOfKind, TimelineRow } from '../timeline/kinds.ts'
import { dropEntry, type TimelinePages } from '../timeline/pages.ts'
import { placeExcerpt, placeMessage } from './pages.ts'
import { readMessage } from './queries.ts'

export interface MessageRow extends TimelineRow {
  kind: 'message'
  message: Message
  /** The oldest message of a page keeps its author line, so that nothing moves when older ones load. */
  isPageStart: boolean
  startsGroup: boolean
  endsGroup: boolean
  /** A later message of ours came as far: that one says so for both. */
  isReceiptOlder?: boolean
}

export const isMessageRow = (row: TimelineRow | undefined): row is MessageRow => row?.kind === 'message'

/** Groups consecutive messages of one author. */
export const messageRows: RowsOfKind<MessageRow> = {
  kind: 'message',
  height: 76,
  position: ({ message }) => message.created_at,
  rowOf(entry, isPageStart) {
    if (entry.kind !== 'message' || entry.message.delivery?.state === 'cancelled') return undefined
    const { message } = entry
    return { kind: 'message', key: message.id, message, isPageStart, startsGroup: true, endsGroup: true }
  },
  join(above, row) {
    if (row.isPageStart || !isMessageRow(above) || !isSameGroup(above.message, row.message)) return false
    above.endsGroup = false
    row.startsGroup = false
    return false
  },
  finish(rows) {
    let farthest = 0
    for (const row of rows.toReversed()) {
      const reached = receiptRank(row.message)
      row.isReceiptOlder = reached > 0 && reached <= farthest
      farthest = Math.max(farthest, reached)
    }
  },
  catchUp,
}

function receiptRank({ is_inbound, seen_at, delivered_at }: Message): number {
  if (is_inbound) return 0
  if (seen_at) return 2
  return delivered_at ? 1 : 0
}

const groupSeconds = 10 * 60

function isSameGroup(message: Message, next: Message): boolean {
  return authorKey(message) === authorKey(next) && next.created_at - message.created_at < groupSeconds
}

/** The author of a message for grouping. */
function authorKey(message: Message): string {
  if (message.is_inbound) return `in:${message.recipients.find(({ role }) => role === 'from')?.handle}`
  return `out:${message.author?.id ?? message.sender_name ?? ''}`
}

async function catchUp(pages: TimelinePages, { type, target, data }: HubEvent): Promise<TimelinePages> {
  const merged = type === 'message_united' ? dropEntry(pages, String(data?.message_id)) : pages
  if (target?._meta.type !== 'message' || !target.data) return merged
  const excerptOrMessage = target.data as Message
  const placed = excerptOrMessage.is_excerpt
    ? placeExcerpt(merged, excerptOrMessage)
    : placeMessage(merged, excerptOrMessage)
  return placed ?? placeMessage(merged, await readMessage(excerptOrMessage.id))
}
