import { IconAlertCircle, IconArchive, IconCheck, IconClock, IconHelpCircle, IconMailOpened, IconUserCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo, type MouseEvent } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { ChannelIcon } from '../channels/ChannelIcon.tsx'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { Avatar } from '../teammates/Avatar.tsx'
import { nameOf } from '../teammates/queries.ts'
import { Time } from '../time/Time.tsx'
import styles from './ConversationRow.module.css'
import { lastActivity } from './list-cache.ts'
import { list } from './list-state.ts'
import { archive, assign, markUnread } from './verbs.ts'
import { recipientName } from './words.ts'

export const rowHeight = 72

interface RowProps {
  top: number
  position: number
  total: number
  conversation: Conversation
  channel: Channel | undefined
  path: string
  isOpen: boolean
  isFocused: boolean
  isSelected: boolean
  isSelecting: boolean
  onHover: (id: string) => void
}

export const ConversationRow = memo(function ConversationRow(props: RowProps) {
  const { conversation, channel, isOpen, isFocused, isSelected, isSelecting, position } = props
  const { id, unread, last_message: last } = conversation
  const who = recipientName(conversation)
  const pick = (event: MouseEvent) => {
    if (event.shiftKey) {
      event.preventDefault()
      list.selectThrough(id)
    } else if (!event.metaKey && !event.ctrlKey) list.focus(id)
  }
  return (
    <article
      data-id={id}
      className={styles.row}
      style={{ transform: `translateY(${props.top}px)` }}
      aria-posinset={position}
      aria-setsize={props.total}
      aria-labelledby={`row-${id}`}
      data-unread={unread || undefined}
      data-open={isOpen || undefined}
      data-selected={isSelected || undefined}
      data-selecting={isSelecting || undefined}
      onPointerEnter={() => props.onHover(id)}
    >
      <Link
        to={props.path}
        id={`row-${id}`}
        className={styles.link}
        tabIndex={isOpen || isFocused || position === 1 ? 0 : -1}
        aria-current={isOpen || undefined}
        onClick={pick}
        onFocus={() => !isOpen && list.focus(id)}
      >
        <span className={styles.line}>
          <span className={styles.who}>
            <bdi>{who}</bdi>
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
          <span className={styles.words}>
            {last && !last.is_inbound && <span className={styles.you}>{s.conversations.you}</span>}
            <bdi>{last?.blurb}</bdi>
          </span>
          <DeliveryMark conversation={conversation} />
          {conversation.assignee && <Assignee conversation={conversation} />}
        </span>
      </Link>
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
          <Avatar name={who} seed={conversation.recipient?.handle ?? id} />
          {channel && <ChannelIcon channel={channel} className={styles.channel} />}
        </span>
        <span className={styles.check}>
          <IconCheck size={16} stroke={2.5} aria-hidden />
        </span>
      </button>
      <HoverActions conversation={conversation} />
    </article>
  )
})

function Assignee({ conversation: { assignee } }: { conversation: Conversation }) {
  if (!assignee) return null
  return (
    <>
      <Avatar name={nameOf(assignee)} seed={assignee.id} size={16} title={nameOf(assignee)} />
      <span className="visually-hidden">, {s.done.assigned(nameOf(assignee))}</span>
    </>
  )
}

function DeliveryMark({ conversation: { last_message: last } }: { conversation: Conversation }) {
  switch (last?.delivery?.state) {
    case 'failed':
      return (
        <span className={styles.mark} data-tone="danger">
          <IconAlertCircle size={14} aria-hidden /> {s.conversations.failed}
        </span>
      )
    case 'not_confirmed':
      return (
        <span className={styles.mark} data-tone="warning">
          <IconHelpCircle size={14} aria-hidden /> {s.conversations.notConfirmed}
        </span>
      )
    case 'delayed':
      return (
        <span className={styles.mark} data-tone="warning">
          <IconClock size={14} aria-hidden /> {s.conversations.delayed}
        </span>
      )
    default:
      return null
  }
}

/** For the pointer only: keyboard and touch have the keys, the thread's buttons and the selection. */
function HoverActions({ conversation }: { conversation: Conversation }) {
  const queryClient = useQueryClient()
  const me = useMe()
  const isArchived = conversation.status === 'archived'
  return (
    <div className={styles.hover}>
      {!isArchived && (
        <button type="button" tabIndex={-1} title={`${s.actions.archive} (E)`} aria-label={s.actions.archive} onClick={() => archive(queryClient, [conversation])}>
          <IconArchive size={16} aria-hidden />
        </button>
      )}
      {conversation.assignee?.id !== me.id && (
        <button type="button" tabIndex={-1} title={`${s.actions.assignToMe} (M)`} aria-label={s.actions.assignToMe} onClick={() => assign(queryClient, [conversation], me)}>
          <IconUserCheck size={16} aria-hidden />
        </button>
      )}
      {!conversation.unread && (
        <button type="button" tabIndex={-1} title={`${s.actions.markUnread} (U)`} aria-label={s.actions.markUnread} onClick={() => markUnread(queryClient, [conversation])}>
          <IconMailOpened size={16} aria-hidden />
        </button>
      )}
    </div>
  )
}

/** As many rows as a screen shows, in the size of what comes. */
export function RowSkeletons() {
  return (
    <div aria-hidden className={styles.skeletons}>
      {Array.from({ length: 9 }, (_, index) => (
        <div key={index} className={styles.skeleton}>
          <i />
          <b />
          <u />
        </div>
      ))}
    </div>
  )
}
