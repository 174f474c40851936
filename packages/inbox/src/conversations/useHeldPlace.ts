import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/**
 * Keeps what is read where it is when rows come in above it, and counts the rows that are new up there. At the top
 * nothing is held: new rows simply appear. `offsetOf` tells how far it is scrolled: to ask the page would lay out the rows that came in.
 */
export function useHeldPlace(
  scroller: RefObject<HTMLElement | null>,
  ids: readonly string[],
  rowHeight: number,
  offsetOf: () => number,
) {
  const before = useRef(ids)
  const [unseen, setUnseen] = useState<ReadonlySet<string>>(new Set())

  useLayoutEffect(() => {
    const element = scroller.current
    const was = before.current
    before.current = ids
    const offset = offsetOf()
    if (!element || offset < rowHeight / 2 || was === ids) return
    const anchor = was[Math.floor(offset / rowHeight)]
    const [from, to] = [anchor ? was.indexOf(anchor) : -1, anchor ? ids.indexOf(anchor) : -1]
    if (from === -1 || to === -1 || from === to) return
    element.scrollTop += (to - from) * rowHeight
    const known = new Set(was.slice(0, from))
    const added = ids.slice(0, to).filter((id) => !known.has(id))
    if (added.length > 0) setUnseen((seen) => new Set([...seen, ...added]))
  }, [scroller, ids, rowHeight, offsetOf])

  useEffect(() => {
    const element = scroller.current
    if (unseen.size === 0 || !element) return
    const look = () => {
      if (element.scrollTop < rowHeight / 2) setUnseen(new Set())
    }
    element.addEventListener('scroll', look, { passive: true })
    return () => element.removeEventListener('scroll', look)
  }, [scroller, unseen, rowHeight])

  const toTop = useCallback(() => scroller.current?.scrollTo({ top: 0, behavior: 'smooth' }), [scroller])
  return { above: unseen.size, toTop }
}
