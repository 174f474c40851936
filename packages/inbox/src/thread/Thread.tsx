import { useInfiniteQuery, usePrefetchInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { memo, useDeferredValue, useRef } from 'react'
import { useActionContext } from '../actions/context.tsx'
import { isStatus } from '../api/errors.ts'
import type { Conversation } from '../api/types.ts'
import { ChannelTrouble } from '../channels/ChannelTrouble.tsx'
import { useChannelOf } from '../channels/queries.ts'
import { Composer } from '../composer/Composer.tsx'
import { conversationQuery } from '../conversations/queries.ts'
import { recipientName } from '../conversations/recipient-name.ts'
import { useDetailsShown, useHasRoom } from '../details/shown.ts'
import { s } from '../strings/strings.ts'
import { t } from '../strings/thread.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { TypingLine } from '../typing/TypingLine.tsx'
import { NotFoundPage } from '../ui/pages/ErrorPage.tsx'
import noticeStyles from '../ui/pages/Notice.module.css'
import { Notice } from '../ui/pages/Notice.tsx'
import { DetailsPane } from './DetailsPane.tsx'
import styles from './Thread.module.css'
import headerStyles from './ThreadHeader.module.css'
import { BackToList, ThreadHeader } from './ThreadHeader.tsx'
import { ThreadSkeleton } from './ThreadSkeleton.tsx'
import { Timeline } from './Timeline.tsx'
import { useMarkReadWhenVisible } from './useMarkReadWhenVisible.ts'

/** The open conversation. Each one is mounted anew, so that no state of the previous one remains. */
export function Thread() {
  const params = useParams({ strict: false })
  const conversationId = useActionContext().openId ?? params.conversationId
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

const OpenThread = memo(function OpenThread({ id }: { id: string }) {
  const conversation = useQuery(conversationQuery(id))
  usePrefetchInfiniteQuery(timelineQuery(id))
  useMarkReadWhenVisible(conversation.data)
  // the list renders a change before the thread does
  const shown = useDeferredValue(conversation.data)
  if (isStatus(conversation.error, 404)) return <NotFoundPage title={t.thread.goneTitle} hint={t.thread.gone} />
  if (shown) return <LoadedThread conversation={shown} />
  if (!conversation.error) return <ThreadSkeleton />
  return <NotLoadedThread error={conversation.error} onRetry={() => void conversation.refetch()} />
})

const LoadedThread = memo(function LoadedThread({ conversation }: { conversation: Conversation }) {
  const timeline = useInfiniteQuery(timelineQuery(conversation.id))
  const known = useChannelOf(conversation)
  const wasUnread = useWasUnread(conversation)
  if (timeline.error && !timeline.data) {
    return <NotLoadedThread error={timeline.error} onRetry={() => void timeline.refetch()} />
  }
  const channel = known ?? undefined
  return (
    <section className={styles.thread} data-takes-files aria-label={t.thread.label(recipientName(conversation))}>
      <ThreadHeader conversation={conversation} channel={channel} />
      <ChannelTrouble channel={channel} />
      {timeline.data ? (
        <Timeline conversation={conversation} channel={channel} timeline={timeline} wasUnread={wasUnread} />
      ) : (
        <ThreadSkeleton withoutHeader />
      )}
      <TypingLine conversation={conversation} channel={channel} />
      <Composer conversation={conversation} channel={channel} isChannelKnown={known !== undefined} />
    </section>
  )
})

function NotLoadedThread({ error, onRetry }: { error: Error; onRetry: () => void }) {
  return (
    <section className={styles.thread} aria-label={s.errors.title}>
      <header className={headerStyles.header}>
        <BackToList />
      </header>
      <Notice role="alert" title={s.errors.title} hint={error.message}>
        <button type="button" className={noticeStyles.button} onClick={onRetry}>
          {s.errors.retry}
        </button>
      </Notice>
    </section>
  )
}

/** Whether the conversation was unread when it was opened; it is marked as read right afterwards. */
function useWasUnread({ unread }: Conversation): boolean {
  return useRef(unread).current
}
