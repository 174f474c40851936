import { memo } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { t } from '../strings/thread.ts'
import { type TimelineRow as AnyRow, drawnBy } from '../timeline/kinds.ts'
import type { DividerRow } from '../timeline/rows.ts'
import { dayName, fullTime } from '../ui/time/formats.ts'
import styles from './TimelineRow.module.css'

interface RowProps {
  row: AnyRow
  conversation: Conversation
  channel: Channel | undefined
}

export const TimelineRow = memo(function TimelineRow({ row, conversation, channel }: RowProps) {
  const Row = drawnBy.get(row.kind)
  return Row ? <Row row={row} conversation={conversation} channel={channel} /> : <Divider row={row as DividerRow} />
}, isSame)

/** Whether a row renders the same: its texts do not change when the conversation is read, assigned or archived. */
function isSame(before: RowProps, next: RowProps): boolean {
  const [a, b] = [before.conversation, next.conversation]
  const isSameTexts = a.id === b.id && a.subject === b.subject && a.recipient === b.recipient
  return isSameTexts && before.channel === next.channel && isSameRow(before.row, next.row)
}

/** Compares the fields of rows, which are built anew on every render. */
function isSameRow(before: AnyRow, next: AnyRow): boolean {
  const [a, b] = [Object.entries(before), Object.entries(next)]
  return a.length === b.length && b.every(([key, value], index) => isSameField(a[index], [key, value]))
}

function isSameField(before: [string, unknown] | undefined, [key, next]: [string, unknown]): boolean {
  if (before?.[0] !== key) return false
  const old = before[1]
  if (!Array.isArray(old) || !Array.isArray(next)) return old === next
  return old.length === next.length && next.every((item, index) => item === old[index])
}

function Divider({ row }: { row: DividerRow }) {
  switch (row.kind) {
    case 'beginning':
      return <p className={styles.beginning}>{t.thread.beginning}</p>
    case 'day':
      return (
        <p className={styles.day} title={fullTime(row.time)}>
          <span>{dayName(row.time)}</span>
        </p>
      )
    case 'new':
      return (
        <p className={styles.new}>
          <span>{t.thread.newLine}</span>
        </p>
      )
  }
}
