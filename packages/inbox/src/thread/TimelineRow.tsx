import { memo } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { type TimelineRow as AnyRow, drawnBy } from '../timeline/kinds.ts'
import type { MarkRow } from '../timeline/rows.ts'
import { dayName, fullTime } from '../ui/time/words.ts'
import styles from './TimelineRow.module.css'

interface RowProps {
  row: AnyRow
  conversation: Conversation
  channel: Channel | undefined
}

export const TimelineRow = memo(function TimelineRow({ row, conversation, channel }: RowProps) {
  const Row = drawnBy.get(row.kind)
  return Row ? <Row row={row} conversation={conversation} channel={channel} /> : <Mark row={row as MarkRow} />
})

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
