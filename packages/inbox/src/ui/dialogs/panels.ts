import { useSyncExternalStore } from 'react'

/** The name of the open dialog; there is one at a time. */
let current: string | null = null
const listeners = new Set<() => void>()

function set(panel: string | null): void {
  current = panel
  for (const listener of listeners) listener()
}

export const panels = {
  open: (panel: string) => set(panel),
  close: () => set(null),
  isOpen: () => current !== null,
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePanel(): string | null {
  return useSyncExternalStore(subscribe, () => current)
}
