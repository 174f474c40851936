import { memo } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { type TimelineRow as AnyRow, drawnBy } from '../timeline/kinds.ts'
import type { MarkRow } from '../timeline/rows.ts'
import { dayName, fullTime } from '../ui/time/formats.ts'
import styles from './TimelineRow.module.css'

interface RowProps {
  row: AnyRow
  conversation: Conversation
  channel: Channel | undefined
}

export const TimelineRow = memo(function TimelineRow({ row, conversation, channel }: RowProps) {
  const Row = drawnBy.get(row.kind)
  return Row ? <Row row={row} conversation={conversation} channel={channel} /> : <Mark row={row as MarkRow} />
}, isSame)

/** What rows say of the conversation does not change when it is read, assigned or archived. */
function isSame(one: RowProps, next: RowProps): boolean {
  const [a, b] = [one.conversation, next.conversation]
  const saysTheSame = a.id === b.id && a.subject === b.subject && a.recipient === b.recipient
  return saysTheSame && one.channel === next.channel && isSameRow(one.row, next.row)
}

/** Rows are built anew of what is the same. */
function isSameRow(one: AnyRow, next: AnyRow): boolean {
  const [before, now] = [Object.entries(one), Object.entries(next)]
  return before.length === now.length && now.every(([key, value], index) => isSameValue(before[index], [key, value]))
}

function isSameValue(before: [string, unknown] | undefined, [key, now]: [string, unknown]): boolean {
  if (before?.[0] !== key) return false
  const was = before[1]
  if (!Array.isArray(was) || !Array.isArray(now)) return was === now
  return was.length === now.length && now.every((one, index) => one === was[index])
}

function Mark({ row }: { row: MarkRow }) {
  switch (row.kind) {
    case 'beginning':
      return <p className={styles.beginning}>{s.thread.beginning}</p>
    case 'day':
      return (
        <p className={styles.day} title={fullTime(row.time)}>
          <span>{dayName(row.time)}</span>
        </p>
      )
    case 'new':
      return (
        <p className={styles.new}>
          <span>{s.thread.newLine}</span>
        </p>
      )
  }
}
