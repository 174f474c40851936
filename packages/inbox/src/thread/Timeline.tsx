import { IconArrowDown } from '@tabler/icons-react'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Channel, Conversation } from '../api/types.ts'
import { isReply } from '../composer/sending.ts'
import type { MessagePage } from '../messages/thread-cache.ts'
import { useOutbox } from '../outbox/outbox.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import styles from './Timeline.module.css'
import { TimelineRow } from './TimelineRow.tsx'
import { buildTimeline, firstUnread } from './timeline.ts'

interface TimelineProps {
  conversation: Conversation
  channel: Channel | undefined
  thread: UseInfiniteQueryResult<InfiniteData<MessagePage>>
  /** Whether it was unread when it was opened. */
  wasUnread: boolean
}

const usualHeight = 76

/** Where each conversation was left, and how tall its rows were. */
const places = new Map<string, { offset: number; measured: VirtualItem[] }>()

export function Timeline({ conversation, channel, thread, wasUnread }: TimelineProps) {
  const { id } = conversation
  const me = useMe()
  const outbox = useOutbox()
  const scroller = useRef<HTMLDivElement>(null)
  const messages = useMemo(() => thread.data?.pages.flatMap((page) => page.messages).toReversed() ?? [], [thread.data])
  const events = useMemo(() => thread.data?.pages.flatMap((page) => page.events).toReversed() ?? [], [thread.data])
  // the line stays where reading began, though the conversation is read from then on
  const [firstUnreadId] = useState(() => firstUnread(messages, wasUnread))
  const sending = useMemo(() => outbox.filter(isReply).filter((one) => one.conversationId === id), [outbox, id])
  const hasOlder = thread.hasNextPage
  const pageStarts = useMemo(
    () => new Set(thread.data?.pages.flatMap((page) => page.messages.at(-1)?.id ?? [])),
    [thread.data],
  )
  const items = useMemo(
    () => buildTimeline({ messages, events, sending, firstUnreadId, hasOlder, pageStarts, myId: me.id }),
    [messages, events, sending, firstUnreadId, hasOlder, pageStarts, me.id],
  )

  const left = useRef(places.get(id))
  const offset = useRef<number | null>(null)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === 'message' ? usualHeight : 36),
    getItemKey: useCallback((index: number) => items[index]?.key ?? index, [items]),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: 80,
    overscan: 6,
    paddingEnd: 12,
    // the end, so that nothing older is drawn or asked for before somebody scrolls there
    initialOffset: left.current?.offset ?? items.length * usualHeight,
    initialMeasurementsCache: left.current?.measured ?? [],
    onChange: (at) => {
      offset.current = at.isAtEnd() ? null : at.scrollOffset
    },
  })

  useLayoutEffect(() => {
    if (!left.current) virtual.scrollToEnd()
    return () => {
      if (offset.current === null) places.delete(id)
      else places.set(id, { offset: offset.current, measured: [...virtual.measurementsCache] })
    }
  }, [id, virtual])

  const shown = virtual.getVirtualItems()
  const firstShown = shown[0]?.index
  const { fetchNextPage, isFetchingNextPage } = thread
  useEffect(() => {
    if (hasOlder && !isFetchingNextPage && firstShown !== undefined && firstShown < 8) void fetchNextPage()
  }, [hasOlder, isFetchingNextPage, firstShown, fetchNextPage])

  const isAway = !virtual.isAtEnd(160) && virtual.getTotalSize() > (scroller.current?.clientHeight ?? 0)
  const unseen = useUnseen(messages.at(-1)?.id, isAway)
  return (
    <div className={styles.frame}>
      <div
        ref={scroller}
        id="messages"
        className={styles.scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label={s.thread.messages}
      >
        <div className={styles.items} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, key, start }) => {
            const item = items[index]
            return (
              item && (
                <div
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  className={styles.item}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <TimelineRow item={item} conversation={conversation} channel={channel} />
                </div>
              )
            )
          })}
        </div>
      </div>
      {isFetchingNextPage && <p className={styles.older}>{s.thread.loadingOlder}</p>}
      {isAway && (
        <button
          type="button"
          className={styles.newest}
          aria-label={unseen > 0 ? s.thread.newMessages(unseen) : s.thread.jumpToNewest}
          data-unseen={unseen > 0 || undefined}
          onClick={() => virtual.scrollToEnd({ behavior: 'smooth' })}
        >
          {unseen > 0 && s.thread.newMessages(unseen)}
          <IconArrowDown size={16} aria-hidden />
        </button>
      )}
    </div>
  )
}

/** How many messages came while somebody read further up. */
function useUnseen(newestId: string | undefined, isAway: boolean): number {
  const seen = useRef(newestId)
  const [count, setCount] = useState(0)
  useEffect(() => {
    if (!isAway) {
      seen.current = newestId
      setCount(0)
    } else if (seen.current !== newestId) {
      seen.current = newestId
      setCount((before) => before + 1)
    }
  }, [newestId, isAway])
  return count
}
