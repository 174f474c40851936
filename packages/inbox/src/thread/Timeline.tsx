import { IconArrowDown } from '@tabler/icons-react'
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query'
import { useVirtualizer, type VirtualItem, type Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Channel, Conversation, Message } from '../api/types.ts'
import { messagesOf } from '../messages/pages.ts'
import { useOutbox } from '../outbox/outbox.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { timelineKinds } from '../timeline/kinds.ts'
import type { TimelinePage } from '../timeline/pages.ts'
import { buildRows } from '../timeline/rows.ts'
import { firstUnread } from './first-unread.ts'
import styles from './Timeline.module.css'
import { TimelineRow } from './TimelineRow.tsx'

interface TimelineProps {
  conversation: Conversation
  channel: Channel | undefined
  timeline: UseInfiniteQueryResult<InfiniteData<TimelinePage>>
  /** Whether it was unread when it was opened. */
  wasUnread: boolean
}

const usualHeight = 76
/** Of the rows that no feature declares. */
const markHeight = 36

/** How large the place of the messages was last: the rows of the next thread are drawn without asking first. */
let lastRect = { width: 0, height: 0 }

/** The offset of the end of so much. What has room enough is not scrolled, which would lay it out once more. */
function endOf(size: number): number {
  return size > lastRect.height ? size : 0
}

/** Where each conversation was left, and how tall its rows were. */
const places = new Map<string, { offset: number; measured: VirtualItem[] }>()

export function Timeline({ conversation, channel, timeline, wasUnread }: TimelineProps) {
  const { id } = conversation
  const me = useMe()
  const outbox = useOutbox()
  const scroller = useRef<HTMLDivElement>(null)
  const pages = timeline.data?.pages
  const messages = useMemo(() => pages?.flatMap(messagesOf).toReversed() ?? [], [pages])
  // the line stays where reading began, though the conversation is read from then on
  const [firstUnreadId] = useState(() => firstUnread(messages, wasUnread))
  const waiting = useMemo(() => outbox.filter((one) => one.conversationId === id), [outbox, id])
  const hasOlder = timeline.hasNextPage
  const kinds = timelineKinds()
  const rows = useMemo(
    () => buildRows(kinds, { pages: pages ?? [], waiting, firstUnreadId, hasOlder, myId: me.id }),
    [kinds, pages, waiting, firstUnreadId, hasOlder, me.id],
  )

  const left = useRef(places.get(id))
  const offset = useRef<number | null>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => kinds.find(({ kind }) => kind === rows[index]?.kind)?.height ?? markHeight,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    anchorTo: 'end',
    followOnAppend: true,
    scrollEndThreshold: 80,
    overscan: 6,
    paddingEnd: 12,
    // the end, so that nothing older is drawn or asked for before somebody scrolls there
    initialOffset: left.current?.offset ?? endOf(rows.length * usualHeight),
    initialMeasurementsCache: left.current?.measured ?? [],
    initialRect: lastRect,
    onChange: (at) => {
      lastRect = at.scrollRect ?? lastRect
      offset.current = distanceFromEnd(at) <= 1 ? null : at.scrollOffset
    },
  })

  useLayoutEffect(() => {
    if (!left.current && endOf(virtual.getTotalSize()) > 0) virtual.scrollToEnd()
    return () => {
      if (offset.current === null) places.delete(id)
      else places.set(id, { offset: offset.current, measured: [...virtual.measurementsCache] })
    }
  }, [id, virtual])

  useEndInSight(scroller, virtual)

  const shown = virtual.getVirtualItems()
  const firstShown = shown[0]?.index
  const { fetchNextPage, isFetchingNextPage, isFetchNextPageError } = timeline
  // a page that was refused is asked for again by a person
  const isOlderWanted = hasOlder && !isFetchNextPageError && firstShown !== undefined && firstShown < 8
  useEffect(() => {
    if (isOlderWanted && !isFetchingNextPage) void fetchNextPage()
  }, [isOlderWanted, isFetchingNextPage, fetchNextPage])

  const askAgain = () => {
    void fetchNextPage()
    // the button goes; whoever pressed it goes on reading up
    scroller.current?.focus({ preventScroll: true })
  }

  const isAway = distanceFromEnd(virtual) > 160
  const unseen = useUnseen(messages, isAway)
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
      {isFetchingNextPage && <p className={styles.older}>{s.thread.loadingOlder}</p>}
      {isFetchNextPageError && !isFetchingNextPage && (
        <button type="button" className={styles.older} onClick={askAgain}>
          {timeline.error?.message} {s.errors.retry}
        </button>
      )}
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

/** By what was measured: to ask the page would lay it out anew at every row that comes in. */
function distanceFromEnd(virtual: Virtualizer<HTMLDivElement, Element>): number {
  return virtual.getTotalSize() - (virtual.scrollRect?.height ?? 0) - (virtual.scrollOffset ?? 0)
}

/** Who reads the end goes on reading it when there is less room: when the composer grows, or a banner or a keyboard appears. */
function useEndInSight(scroller: RefObject<HTMLElement | null>, virtual: Virtualizer<HTMLDivElement, Element>): void {
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

/** How many messages came below the last one that was in sight while somebody reads further up. */
function useUnseen(messages: Message[], isAway: boolean): number {
  const seen = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    if (!isAway) seen.current = new Set(messages.map(({ id }) => id))
  }, [messages, isAway])
  if (!isAway) return 0
  return messages.length - 1 - messages.findLastIndex(({ id }) => seen.current.has(id))
}
