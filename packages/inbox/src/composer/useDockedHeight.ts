import { type RefObject, useEffect } from 'react'

/** Tells the page how much of its lower edge is docked, so that notices stand above it. */
export function useDockedHeight(docked: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { style } = document.documentElement
    const observer = new ResizeObserver(([entry]) => {
      style.setProperty('--docked-height', `${entry?.borderBoxSize[0]?.blockSize ?? 0}px`)
    })
    if (docked.current) observer.observe(docked.current)
    return () => {
      observer.disconnect()
      style.removeProperty('--docked-height')
    }
  }, [docked])
}
