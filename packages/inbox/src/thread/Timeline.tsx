import { IconArrowDown } from '@tabler/icons-react'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Channel, Conversation, Message } from '../api/types.ts'
import { messagesOf } from '../messages/pages.ts'
import { useOutbox } from '../outbox/outbox.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { t } from '../strings/thread.ts'
import { timelineKinds } from '../timeline/kinds.ts'
import type { TimelinePage } from '../timeline/pages.ts'
import { buildRows } from '../timeline/rows.ts'
import { firstUnread } from './first-unread.ts'
import styles from './Timeline.module.css'
import { TimelineRow } from './TimelineRow.tsx'
import { useJump } from './useJump.ts'

interface TimelineProps {
  conversation: Conversation
  channel: Channel | undefined
  timeline: UseInfiniteQueryResult<InfiniteData<TimelinePage>>
  /** Whether it was unread when it was opened. */
  wasUnread: boolean
}

const estimatedRowHeight = 76
/** The height of the rows between entries, in pixels. */
const dividerHeight = 36

/** The last size of the scroll area: the rows of the next thread are rendered without measuring it first. */
let lastRect = { width: 0, height: 0 }

/** The scroll offset of the end. Content that fits is not scrolled, which would cost another layout. */
function endOffset(size: number): number {
  return size > lastRect.height ? size : 0
}

/** The scroll position of each conversation, and the measured heights of its rows. */
const scrollPositions = new Map<string, { offset: number; measured: VirtualItem[] }>()

export function Timeline({ conversation, channel, timeline, wasUnread }: TimelineProps) {
  const { id } = conversation
  const me = useMe()
  const outbox = useOutbox()
  const scroller = useRef<HTMLDivElement>(null)
  const pages = timeline.data?.pages
  const messages = useMemo(() => pages?.flatMap(messagesOf).toReversed() ?? [], [pages])
  // the line "New" stays, though the conversation is marked as read
  const [firstUnreadId] = useState(() => firstUnread(messages, wasUnread))
  const queuedItems = useMemo(() => outbox.filter((item) => item.conversationId === id), [outbox, id])
  const hasOlder = timeline.hasNextPage
  const kinds = timelineKinds()
  const rows = useMemo(
    () => buildRows(kinds, { pages: pages ?? [], waiting: queuedItems, firstUnreadId, hasOlder, myId: me.id }),
    [kinds, pages, queuedItems, firstUnreadId, hasOlder, me.id],
  )

  const savedPosition = useRef(scrollPositions.get(id))
  const offset = useRef<number | null>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => kinds.find(({ kind }) => kind === rows[index]?.kind)?.height ?? dividerHeight,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: 80,
    overscan: 6,
    paddingEnd: 12,
    // starts at the end, so that older pages are loaded only when somebody scrolls up
    initialOffset: savedPosition.current?.offset ?? endOffset(rows.length * estimatedRowHeight),
    initialMeasurementsCache: savedPosition.current?.measured ?? [],
    initialRect: lastRect,
    onChange: (instance) => {
      lastRect = instance.scrollRect ?? lastRect
      offset.current = distanceFromEnd(instance) <= 1 ? null : instance.scrollOffset
    },
  })

  useLayoutEffect(() => {
    if (!savedPosition.current && endOffset(virtual.getTotalSize()) > 0) virtual.scrollToEnd()
    return () => {
      if (offset.current === null) scrollPositions.delete(id)
      else scrollPositions.set(id, { offset: offset.current, measured: [...virtual.measurementsCache] })
    }
  }, [id, virtual])

  useStickToBottom(scroller, virtual)

  const shown = virtual.getVirtualItems()
  const firstShown = shown[0]?.index
  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError } = timeline
  // a failed page is loaded again by its button only
  const isOlderWanted = hasOlder && !isFetchNextPageError && firstShown !== undefined && firstShown < 8
  useEffect(() => {
    if (isOlderWanted && !isFetchingNextPage) void fetchNextPage()
  }, [isOlderWanted, isFetchingNextPage, fetchNextPage])

  const thread = { conversationId: id, scroller, virtual, rows, hasOlder }
  useJump({ ...thread, isLoadingOlder: isFetchingNextPage, loadOlder: fetchNextPage })

  const retry = () => {
    void fetchNextPage()
    // the button disappears, so the focus moves to the messages
    scroller.current?.focus({ preventScroll: true })
  }

  const isScrolledUp = distanceFromEnd(virtual) > 160
  const newCount = useNewMessageCount(messages, isScrolledUp)
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
        aria-label={t.thread.messages}
      >
        <div className={styles.items} style={{ height: virtual.getTotalSize() }}>
          {shown.map(({ index, key, start }) => {
            const row = rows[index]
            return (
              row && (
                <div
                  key={key}
                  ref={virtual.measureElement}
                  data-index={index}
                  className={styles.item}
                  style={{ transform: `translateY(${start}px)` }}
                >
                  <TimelineRow row={row} conversation={conversation} channel={channel} />
                </div>
              )
            )
          })}
        </div>
      </div>
      {isFetchingNextPage && <p className={styles.older}>{t.thread.loadingOlder}</p>}
      {isFetchNextPageError && !isFetchingNextPage && (
        <button type="button" className={styles.older} onClick={retry}>
          {timeline.error?.message} {s.errors.retry}
        </button>
      )}
      {isScrolledUp && (
        <button
          type="button"
          className={styles.newest}
          aria-label={newCount > 0 ? t.thread.newMessages(newCount) : t.thread.jumpToNewest}
          data-has-new={newCount > 0 || undefined}
          onClick={() => virtual.scrollToEnd({ behavior: 'smooth' })}
        >
          {newCount > 0 && t.thread.newMessages(newCount)}
          <IconArrowDown size={16} aria-hidden />
        </button>
      )}
    </div>
  )
}

/** Computed from known measurements: reading it from the page would cost a layout for every new row. */
function distanceFromEnd(virtual: Virtualizer<HTMLDivElement, Element>): number {
  return virtual.getTotalSize() - (virtual.scrollRect?.height ?? 0) - (virtual.scrollOffset ?? 0)
}

/** Keeps the end in view when the scroll area shrinks: the composer grows, or a banner or a keyboard appears. */
function useStickToBottom(
  scroller: RefObject<HTMLElement | null>,
  virtual: Virtualizer<HTMLDivElement, Element>,
): void {
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    let height = element.clientHeight
    const observer = new ResizeObserver(() => {
      const before = height
      height = element.clientHeight
      const wasAtEnd = virtual.getTotalSize() - before - element.scrollTop <= 1
      if (height < before && wasAtEnd) virtual.scrollToEnd()
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller, virtual])
}

/** The number of messages that arrived while the end was out of view. */
function useNewMessageCount(messages: Message[], isScrolledUp: boolean): number {
  const seenIds = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    if (!isScrolledUp) seenIds.current = new Set(messages.map(({ id }) => id))
  }, [messages, isScrolledUp])
  if (!isScrolledUp) return 0
  return messages.length - 1 - messages.findLastIndex(({ id }) => seenIds.current.has(id))
}
