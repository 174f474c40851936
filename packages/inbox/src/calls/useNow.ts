import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let now = Math.floor(Date.now() / 1000)
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Math.floor(Date.now() / 1000)
    for (const listener of listeners) listener()
  }, 1_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time in whole seconds; it goes on while somebody shows it. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => (timer ? now : Math.floor(Date.now() / 1000)))
}
