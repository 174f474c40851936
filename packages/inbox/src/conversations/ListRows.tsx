import { type InfiniteData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { defaultRangeExtractor, type Range, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { useActionContext } from '../actions/context.tsx'
import type { Conversation } from '../api/types.ts'
import { channelsQuery } from '../channels/queries.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { afterPaint } from '../ui/after-paint.ts'
import { Notice } from '../ui/pages/Notice.tsx'
import { type View, viewPath } from '../views/view.ts'
import { ConversationRow, rowHeight } from './ConversationRow.tsx'
import { EmptyList } from './EmptyList.tsx'
import styles from './ListRows.module.css'
import type { ConversationPage } from './list-cache.ts'
import { list, useListState } from './list-state.ts'
import { conversationListQuery } from './queries.ts'
import { RowSkeletons } from './RowSkeletons.tsx'
import { usePrefetch } from './usePrefetch.ts'
import { useRowFocus } from './useRowFocus.ts'
import { useScrollAnchor } from './useScrollAnchor.ts'

export function ListRows({ view }: { view: View }) {
  const me = useMe()
  const query = useInfiniteQuery(conversationListQuery(view, me.id))
  const { data: channels } = useQuery(channelsQuery)
  const context = useActionContext()
  const openingId = useListState((state) => state.openingId)
  const openId = openingId ?? context.openId
  const focusedId = useListState((state) => state.focusedId)
  const selectedIds = useListState((state) => state.selectedIds)
  const scroller = useRef<HTMLDivElement>(null)

  const rows = useMemo(() => allRows(query.data), [query.data])
  const channelById = useMemo(() => new Map(channels?.map((channel) => [channel.id, channel])), [channels])
  const ids = useMemo(() => rows.map((row) => row.id), [rows])
  // one row has the focus ring and is in the tab order: that of the open conversation, if it is listed
  const current = placeOfKeys(ids, openId, focusedId)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: useCallback((index: number) => rows[index]?.id ?? index, [rows]),
    overscan: 8,
    // renders its row at any scroll position, so that the focus stays on it
    rangeExtractor: useCallback((range: Range) => withRow(current, range), [current]),
  })
  const anchor = useScrollAnchor(
    scroller,
    ids,
    rowHeight,
    useCallback(() => virtual.scrollOffset ?? 0, [virtual]),
  )
  const prefetch = usePrefetch()

  useEffect(() => list.show(ids), [ids])
  useEffect(() => list.leave, [])
  useEffect(() => {
    if (openId) list.focus(openId)
  }, [openId])
  const keysAt = openId ?? focusedId
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the keys moved, not when rows did
  useEffect(() => {
    if (current === -1) return
    reveal(current, virtual)
    afterPaint(() => {
      for (const near of [ids[current], ids[current + 1], ids[current - 1]]) if (near) prefetch(near)
    })
  }, [keysAt])

  const items = virtual.getVirtualItems()
  const rowId = items.some(({ index }) => index === current) ? ids[current] : undefined
  const focusHandlers = useRowFocus({ rows: scroller, ids, rowId, openId })
  const lastShown = items.at(-1)?.index ?? 0
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  // a page that was refused is asked for again by a person
  const isNextWanted = hasNextPage && !isFetchNextPageError && lastShown >= rows.length - 15
  useEffect(() => {
    if (isNextWanted && !isFetchingNextPage) void fetchNextPage()
  }, [isNextWanted, isFetchingNextPage, fetchNextPage])

  if (query.isPending) return <RowSkeletons />
  if (query.isError && rows.length === 0) {
    return (
      <Notice role="alert" title={s.errors.title} hint={query.error.message}>
        <button type="button" className={styles.retry} onClick={() => void query.refetch()}>
          {s.errors.retry}
        </button>
      </Notice>
    )
  }
  if (rows.length === 0) return <EmptyList view={view} />
  return (
    <>
      {anchor.above > 0 && (
        <button type="button" className={styles.pill} onClick={anchor.toTop}>
          {s.conversations.newRows(anchor.above)}
        </button>
      )}
      <div ref={scroller} className={styles.scroller} tabIndex={-1} {...focusHandlers}>
        <div
          role="feed"
          aria-label={s.conversations.label(view.name)}
          aria-busy={isFetchingNextPage}
          className={styles.rows}
          style={{ height: virtual.getTotalSize() }}
        >
          {items.map((item) => {
            const conversation = rows[item.index]
            if (!conversation) return null
            return (
              <ConversationRow
                key={conversation.id}
                top={item.start}
                position={item.index + 1}
                total={hasNextPage ? -1 : rows.length}
                conversation={conversation}
                channel={channelById.get(conversation.channel_id)}
                path={viewPath(view, conversation.id)}
                isOpen={conversation.id === openId}
                takesTab={item.index === Math.max(current, 0)}
                isSelected={selectedIds.has(conversation.id)}
                isSelecting={selectedIds.size > 0}
                onHover={prefetch}
              />
            )
          })}
        </div>
        {isFetchNextPageError && (
          <button type="button" className={styles.retry} onClick={() => void fetchNextPage()}>
            {query.error?.message} {s.errors.retry}
          </button>
        )}
      </div>
    </>
  )
}

/** Each conversation once, where it was seen first: pages that are read one after the other may overlap. */
function allRows(data: InfiniteData<ConversationPage> | undefined): Conversation[] {
  const byId = new Map<string, Conversation>()
  for (const page of data?.pages ?? [])
    for (const conversation of page.conversations)
      if (!byId.has(conversation.id)) byId.set(conversation.id, conversation)
  return [...byId.values()]
}

function placeOfKeys(ids: readonly string[], openId: string | null, focusedId: string | null): number {
  const open = openId ? ids.indexOf(openId) : -1
  return open === -1 && focusedId ? ids.indexOf(focusedId) : open
}

/** Scrolls as little as shows the row. All rows are of one height, so nothing is asked of the page where it is in sight. */
function reveal(index: number, virtual: Virtualizer<HTMLDivElement, Element>): void {
  const { scrollElement, scrollOffset, scrollRect } = virtual
  const [top, offset, height] = [index * rowHeight, scrollOffset ?? 0, scrollRect?.height ?? 0]
  const end = top + rowHeight - height
  if (!scrollElement || (top >= offset && end <= offset)) return
  scrollElement.scrollTop = top < offset ? top : end
  // the scroll event comes with the next frame, another key perhaps before it
  virtual.scrollOffset = scrollElement.scrollTop
}

function withRow(index: number, range: Range): number[] {
  const drawn = defaultRangeExtractor(range)
  return index === -1 || drawn.includes(index) ? drawn : [...drawn, index].sort((a, b) => a - b)
}
