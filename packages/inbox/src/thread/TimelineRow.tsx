import { memo } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import type { TimelineRow as AnyRow, TimelineKind } from '../timeline/kinds.ts'
import type { MarkRow } from '../timeline/rows.ts'
import { dayName, fullTime } from '../ui/time/words.ts'
import styles from './TimelineRow.module.css'

interface RowProps {
  row: AnyRow
  kinds: readonly TimelineKind[]
  conversation: Conversation
  channel: Channel | undefined
}

export const TimelineRow = memo(function TimelineRow({ row, kinds, conversation, channel }: RowProps) {
  const kind = kinds.find((one) => one.kind === row.kind)
  if (!kind) return <Mark row={row as MarkRow} />
  return <kind.Row row={row} conversation={conversation} channel={channel} />
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
