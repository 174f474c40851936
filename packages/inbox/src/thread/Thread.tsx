import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import { isStatus } from '../api/errors.ts'
import type { Conversation } from '../api/types.ts'
import { ChannelTrouble } from '../channels/ChannelTrouble.tsx'
import { channelsQuery } from '../channels/queries.ts'
import { Composer } from '../composer/Composer.tsx'
import { conversationQuery } from '../conversations/queries.ts'
import { recipientName } from '../conversations/words.ts'
import { useDetailsShown, useHasRoom } from '../details/shown.ts'
import { s } from '../strings/strings.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { NotFoundPage } from '../ui/pages/ErrorPage.tsx'
import noticeStyles from '../ui/pages/Notice.module.css'
import { Notice } from '../ui/pages/Notice.tsx'
import { DetailsPane } from './DetailsPane.tsx'
import styles from './Thread.module.css'
import headerStyles from './ThreadHeader.module.css'
import { BackToList, ThreadHeader } from './ThreadHeader.tsx'
import { ThreadSkeleton } from './ThreadSkeleton.tsx'
import { Timeline } from './Timeline.tsx'
import { useSeen } from './useSeen.ts'

/** The conversation that is open. A new one starts afresh, so that nothing of the last shows through. */
export function Thread() {
  const { conversationId } = useParams({ strict: false })
  const isDetailed = useDetailsShown()
  const hasRoom = useHasRoom()
  if (!conversationId) return null
  return (
    <div className={styles.panes}>
      <OpenThread key={conversationId} id={conversationId} />
      {isDetailed && hasRoom && <DetailsPane id={conversationId} />}
    </div>
  )
}

function OpenThread({ id }: { id: string }) {
  const conversation = useQuery(conversationQuery(id))
  const timeline = useInfiniteQuery(timelineQuery(id))
  const { data: channels } = useQuery(channelsQuery)
  const wasUnread = useUnreadAtFirst(conversation.data)
  useSeen(conversation.data)

  if (isStatus(conversation.error, 404)) return <NotFoundPage title={s.thread.goneTitle} hint={s.thread.gone} />
  const failed = conversation.error ?? timeline.error
  if (failed && (!conversation.data || !timeline.data)) {
    const again = () => void Promise.all([conversation.refetch(), timeline.refetch()])
    return (
      <section className={styles.thread} aria-label={s.errors.title}>
        <header className={headerStyles.header}>
          <BackToList />
        </header>
        <Notice role="alert" title={s.errors.title} hint={failed.message}>
          <button type="button" className={noticeStyles.button} onClick={again}>
            {s.errors.retry}
          </button>
        </Notice>
      </section>
    )
  }
  if (!conversation.data) return <ThreadSkeleton />
  const channel = channels?.find((one) => one.id === conversation.data.channel_id)
  return (
    <section className={styles.thread} aria-label={s.thread.label(recipientName(conversation.data))}>
      <ThreadHeader conversation={conversation.data} channel={channel} />
      <ChannelTrouble channel={channel} />
      {timeline.data ? (
        <Timeline conversation={conversation.data} channel={channel} timeline={timeline} wasUnread={wasUnread} />
      ) : (
        <ThreadSkeleton withoutHeader />
      )}
      <Composer conversation={conversation.data} channel={channel} isChannelKnown={channels !== undefined} />
    </section>
  )
}

/** Looking at a conversation makes it read; where unread began is asked later. */
function useUnreadAtFirst(conversation: Conversation | undefined): boolean {
  const first = useRef<boolean>(undefined)
  if (first.current === undefined && conversation) first.current = conversation.unread
  return first.current === true
}
