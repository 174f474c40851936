import { IconArrowLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { ActionButton } from '../actions/ActionButton.tsx'
import { useActionContext } from '../actions/context.tsx'
import type { Channel, Conversation } from '../api/types.ts'
import { conversationBadges } from '../badges/badges.ts'
import { Tags } from '../badges/Tags.tsx'
import { ChannelIcon } from '../channels/ChannelIcon.tsx'
import { AssigneeButton } from '../conversations/AssigneeButton.tsx'
import { conversationActions } from '../conversations/actions.ts'
import { BadgeButton } from '../conversations/BadgeButton.tsx'
import { recipientName } from '../conversations/recipient-name.ts'
import { t } from '../strings/thread.ts'
import { afterPaint } from '../ui/after-paint.ts'
import { isFocusFree } from '../ui/keys/restore-focus.ts'
import { useMatches } from '../ui/media.ts'
import { viewPath } from '../views/view.ts'
import { DetailsButton } from './DetailsButton.tsx'
import styles from './ThreadHeader.module.css'

/** The button back to the list, where one pane is shown at a time. */
export function BackToList() {
  const { view } = useActionContext()
  if (!view) return null
  return (
    <Link to={viewPath(view)} className={styles.back} aria-label={t.thread.back}>
      <IconArrowLeft size={20} aria-hidden />
    </Link>
  )
}

export function ThreadHeader({ conversation, channel }: { conversation: Conversation; channel: Channel | undefined }) {
  const who = recipientName(conversation)
  const handle = conversation.recipient?.handle
  const isPhone = useMatches('(max-width: 699px)')
  const heading = useRef<HTMLHeadingElement>(null)
  // focuses the conversation for screen readers, unless the keyboard focus is in the visible list
  useEffect(() => afterPaint(() => isFocusFree() && heading.current?.focus({ preventScroll: true })), [])
  return (
    <header className={styles.header}>
      <BackToList />
      <div className={styles.about}>
        <h1 ref={heading} tabIndex={-1} data-takes-focus className={styles.who}>
          <bdi>{who}</bdi>
        </h1>
        <p className={styles.meta}>
          {channel && <ChannelIcon channel={channel} className={styles.icon} />}
          <bdi>
            {[conversation.subject, handle !== who && handle, channel && t.thread.via(channel.name)]
              .filter(Boolean)
              .join(' · ')}
          </bdi>
        </p>
        <Tags tags={conversation.tags} most={isPhone ? 1 : 8} />
        {isPhone && <DetailsButton isOverName />}
      </div>
      <div className={styles.actions}>
        <AssigneeButton conversation={conversation} />
        {conversationBadges().map((badge) => (
          <BadgeButton key={badge.label} badge={badge} conversation={conversation} />
        ))}
        <ActionButton action={conversationActions.markUnread} />
        <ActionButton action={conversationActions.archive} />
        <ActionButton action={conversationActions.reopen} />
        <ActionButton action={conversationActions.restore} />
        <ActionButton action={conversationActions.trash} />
        {!isPhone && <DetailsButton />}
      </div>
    </header>
  )
}
