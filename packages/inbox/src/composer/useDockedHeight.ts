import { type RefObject, useEffect } from 'react'
import { setDockedHeight } from '../ui/toasts/docked.ts'

/** Reports the height of the docked part of the page, so that toasts appear above it. */
export function useDockedHeight(docked: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setDockedHeight(entry?.borderBoxSize[0]?.blockSize ?? 0))
    if (docked.current) observer.observe(docked.current)
    return () => {
      observer.disconnect()
      setDockedHeight(0)
    }
  }, [docked])
}
