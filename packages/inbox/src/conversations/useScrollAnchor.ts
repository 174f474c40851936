import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/**
 * Keeps the scroll position when rows are inserted above it, and counts the new rows there. At the top, new rows
 * simply appear. `offsetOf` returns the scroll offset: reading it from the page would cost a layout of the new rows.
 */
export function useScrollAnchor(
  scroller: RefObject<HTMLElement | null>,
  ids: readonly string[],
  rowHeight: number,
  offsetOf: () => number,
) {
  const before = useRef(ids)
  const [unseen, setUnseen] = useState<ReadonlySet<string>>(new Set())

  useLayoutEffect(() => {
    const element = scroller.current
    const previous = before.current
    before.current = ids
    const offset = offsetOf()
    if (!element || offset < rowHeight / 2 || previous === ids) return
    const anchor = previous[Math.floor(offset / rowHeight)]
    const [from, to] = [anchor ? previous.indexOf(anchor) : -1, anchor ? ids.indexOf(anchor) : -1]
    if (from === -1 || to === -1 || from === to) return
    element.scrollTop += (to - from) * rowHeight
    const known = new Set(previous.slice(0, from))
    const added = ids.slice(0, to).filter((id) => !known.has(id))
    if (added.length > 0) setUnseen((earlier) => new Set([...earlier, ...added]))
  }, [scroller, ids, rowHeight, offsetOf])

  useEffect(() => {
    const element = scroller.current
    if (unseen.size === 0 || !element) return
    const onScroll = () => {
      if (element.scrollTop < rowHeight / 2) setUnseen(new Set())
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroller, unseen, rowHeight])

  const toTop = useCallback(() => scroller.current?.scrollTo({ top: 0, behavior: 'smooth' }), [scroller])
  return { above: unseen.size, toTop }
}
