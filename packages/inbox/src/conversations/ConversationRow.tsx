import { IconArrowBackUp, IconCheck } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type MouseEvent, memo, useState } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { FilesSummary } from '../attachments/FilesSummary.tsx'
import { previewOf } from '../badges/previews.ts'
import { Tags } from '../badges/Tags.tsx'
import { ChannelIcon } from '../channels/ChannelIcon.tsx'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { useTypingText } from '../typing/useTypingText.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import { Time } from '../ui/time/Time.tsx'
import styles from './ConversationRow.module.css'
import { DeliveryStatusBadge } from './DeliveryStatusBadge.tsx'
import { HoverActions } from './HoverActions.tsx'
import { lastActivity } from './list-cache.ts'
import { list } from './list-state.ts'
import { RowBadges } from './RowBadges.tsx'
import { recipientName } from './recipient-name.ts'

export const rowHeight = 72

interface RowProps {
  top: number
  position: number
  total: number
  conversation: Conversation
  channel: Channel | undefined
  path: string
  isOpen: boolean
  takesTab: boolean
  isSelected: boolean
  isSelecting: boolean
  onHover: (id: string) => void
}

/** The row content, which does not change with the position of the row. */
export const ConversationRow = memo(function ConversationRow(props: RowProps) {
  const { conversation, isOpen, isSelected, isSelecting } = props
  const { id } = conversation
  const [isHovered, setHovered] = useState(false)
  return (
    <article
      data-id={id}
      className={styles.row}
      style={{ transform: `translateY(${props.top}px)` }}
      aria-posinset={props.position}
      aria-setsize={props.total}
      aria-labelledby={`row-${id}`}
      data-unread={conversation.unread || undefined}
      data-subject={conversation.subject ? true : undefined}
      data-open={isOpen || undefined}
      data-selected={isSelected || undefined}
      data-selecting={isSelecting || undefined}
      onPointerEnter={() => {
        setHovered(true)
        props.onHover(id)
      }}
    >
      <RowLink conversation={conversation} path={props.path} isOpen={isOpen} takesTab={props.takesTab} />
      <Face conversation={conversation} channel={props.channel} isSelected={isSelected} />
      {isHovered && <HoverActions conversation={conversation} />}
    </article>
  )
})

type RowLinkProps = Pick<RowProps, 'conversation' | 'path' | 'isOpen' | 'takesTab'>

const RowLink = memo(function RowLink({ conversation, path, isOpen, takesTab }: RowLinkProps) {
  const { id, unread, last_message: last } = conversation
  const typingText = useTypingText(conversation)
  const preview = typingText ?? previewOf(conversation)
  const pick = (event: MouseEvent) => {
    if (event.shiftKey) {
      event.preventDefault()
      list.selectThrough(id)
    } else if (!event.metaKey && !event.ctrlKey) {
      list.focus(id)
      // going to it once more could end after the next key, and take that back
      if (isOpen && list.openingId() === null) event.preventDefault()
    }
  }
  return (
    <Link
      to={path}
      id={`row-${id}`}
      className={styles.link}
      tabIndex={takesTab ? 0 : -1}
      data-takes-focus={takesTab || undefined}
      aria-current={isOpen || undefined}
      onClick={pick}
      onFocus={() => !isOpen && list.focus(id)}
    >
      <span className={styles.line}>
        <span className={styles.who}>
          <bdi>{recipientName(conversation)}</bdi>
        </span>
        {unread && <span className="visually-hidden">, {s.conversations.unread}</span>}
        <Time at={lastActivity(conversation)} className={styles.time} />
      </span>
      {conversation.subject && (
        <span className={styles.subject}>
          <bdi>{conversation.subject}</bdi>
        </span>
      )}
      <span className={styles.line}>
        <span className={styles.text} data-typing={typingText !== null || undefined}>
          {last && !last.is_inbound && preview === null && <OurAnswer />}
          {preview === null && last?.files ? (
            <FilesSummary {...last.files} />
          ) : (
            <bdi>{preview ?? (last?.is_removed ? s.conversations.removedMessage : last?.blurb)}</bdi>
          )}
        </span>
        <Tags tags={conversation.tags.filter((tag) => tag.is_visible_in_conversation_lists)} most={2} />
        <RowBadges conversation={conversation} />
        <DeliveryStatusBadge conversation={conversation} />
        {conversation.assignee && <Assignee conversation={conversation} />}
      </span>
    </Link>
  )
})

const Face = memo(function Face({
  conversation,
  channel,
  isSelected,
}: Pick<RowProps, 'conversation' | 'channel' | 'isSelected'>) {
  const { id, recipient } = conversation
  const who = recipientName(conversation)
  return (
    <button
      type="button"
      className={styles.face}
      aria-pressed={isSelected}
      aria-label={s.conversations.select(who)}
      title={s.conversations.select(who)}
      tabIndex={-1}
      onClick={(event) => (event.shiftKey ? list.selectThrough(id) : list.toggleSelected(id))}
    >
      <span className={styles.portrait}>
        <Avatar name={who} seed={recipient?.handle ?? id} />
        {channel && <ChannelIcon channel={channel} className={styles.channel} />}
      </span>
      <span className={styles.check}>
        <IconCheck size={16} stroke={2.5} aria-hidden />
      </span>
    </button>
  )
})

/** The last message is ours; the thread shows which of us wrote it. */
function OurAnswer() {
  return (
    <>
      <IconArrowBackUp size={14} aria-hidden className={styles.ours} />
      <span className="visually-hidden">{s.conversations.ourAnswer}</span>
    </>
  )
}

function Assignee({ conversation: { assignee } }: { conversation: Conversation }) {
  if (!assignee) return null
  return (
    <>
      <TeammateAvatar teammate={assignee} size={16} title={nameOf(assignee)} />
      <span className="visually-hidden">, {s.done.assigned(nameOf(assignee))}</span>
    </>
  )
}
