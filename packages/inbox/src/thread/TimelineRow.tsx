import { memo } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { dayName, fullTime } from '../ui/time/words.ts'
import { CancelledLines } from './CancelledLines.tsx'
import { EventLines } from './EventLines.tsx'
import { MessageCard } from './MessageCard.tsx'
import { SendingCard } from './SendingCard.tsx'
import styles from './TimelineRow.module.css'
import type { TimelineItem } from './timeline.ts'

interface RowProps {
  item: TimelineItem
  conversation: Conversation
  channel: Channel | undefined
}

export const TimelineRow = memo(function TimelineRow({ item, conversation, channel }: RowProps) {
  switch (item.kind) {
    case 'beginning':
      return <p className={styles.beginning}>{s.thread.beginning}</p>
    case 'day':
      return (
        <p className={styles.day} title={fullTime(item.time)}>
          <span>{dayName(item.time)}</span>
        </p>
      )
    case 'new':
      return (
        <p className={styles.new}>
          <span>{s.thread.newLine}</span>
        </p>
      )
    case 'events':
      return <EventLines events={item.events} />
    case 'cancelled':
      return <CancelledLines messages={item.messages} conversationId={conversation.id} />
    case 'message':
      return <MessageCard {...item} conversation={conversation} channel={channel} />
    case 'sending':
      return <SendingCard sending={item.sending} startsGroup={item.startsGroup} />
  }
})
