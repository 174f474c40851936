import { visibleName } from '@portico/protocol/visible'
import type { Channel, Conversation, Message } from '../api/types.ts'
import { recipientName } from '../conversations/recipient-name.ts'
import { DeliveryLine } from '../deliveries/DeliveryLine.tsx'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import { dueTime } from '../ui/time/formats.ts'
import { Time } from '../ui/time/Time.tsx'
import { MessageBody } from './MessageBody.tsx'
import styles from './MessageCard.module.css'
import { Quote } from './Quote.tsx'
import type { MessageRow } from './timeline-rows.ts'

export function MessageCard({ row, conversation, channel }: RowProps<MessageRow>) {
  const { message, startsGroup, endsGroup } = row
  const me = useMe()
  const author = authorOf(message, conversation, channel)
  const isMine = message.author?.id === me.id
  return (
    <article
      id={message.id}
      className={styles.card}
      data-side={message.is_inbound ? 'in' : 'out'}
      data-starts={startsGroup || undefined}
      aria-label={author.name}
    >
      {startsGroup && (
        <header className={styles.author}>
          {!isMine && <Avatar name={author.name} seed={author.seed} size={20} />}
          <bdi>{author.name}</bdi>
          <Time at={message.created_at} as="clock" className={styles.time} />
        </header>
      )}
      <div
        className={styles.bubble}
        data-ends={endsGroup || undefined}
        data-state={message.delivery?.is_dismissed ? undefined : message.delivery?.state}
      >
        {message.subject && message.subject !== conversation.subject && (
          <p className={styles.subject}>
            <bdi>{message.subject}</bdi>
          </p>
        )}
        <Quote message={message} conversationId={conversation.id} />
        <MessageBody message={message} author={author.name} conversationId={conversation.id} />
      </div>
      {!message.is_inbound && <DeliveryLine message={message} conversationId={conversation.id} />}
      {message.seen_at && <p className={styles.seen}>{s.thread.seen(dueTime(message.seen_at))}</p>}
    </article>
  )
}

function authorOf(message: Message, conversation: Conversation, channel: Channel | undefined) {
  if (message.is_inbound) {
    const from = message.recipients.find(({ role }) => role === 'from')
    const name = visibleName(from?.name) ?? visibleName(from?.handle) ?? recipientName(conversation)
    return { name, seed: from?.handle ?? conversation.id }
  }
  if (message.author) return { name: nameOf(message.author), seed: message.author.id }
  const name = visibleName(message.sender_name) ?? channel?.name ?? ''
  return { name, seed: name }
}
