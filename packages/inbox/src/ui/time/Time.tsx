import { useSyncExternalStore } from 'react'
import { clockTime, fullTime, shortTime } from './formats.ts'

const listeners = new Set<() => void>()
let minute = Math.floor(Date.now() / 60_000)

setInterval(() => {
  minute = Math.floor(Date.now() / 60_000)
  for (const listener of listeners) listener()
}, 20_000)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** A time whose text is updated while the page is open; the tooltip has the full time. */
export function Time({ at, as = 'short', className }: { at: number; as?: 'short' | 'clock'; className?: string }) {
  useSyncExternalStore(subscribe, () => minute)
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={fullTime(at)} className={className}>
      {as === 'short' ? shortTime(at) : clockTime(at)}
    </time>
  )
}
