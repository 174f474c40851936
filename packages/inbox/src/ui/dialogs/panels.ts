import { useSyncExternalStore } from 'react'

/** What lies above the panes; one at a time. */
export type Panel = 'assign' | 'commands' | 'help' | 'menu'

let current: Panel | null = null
const listeners = new Set<() => void>()

function set(panel: Panel | null): void {
  current = panel
  for (const listener of listeners) listener()
}

export const panels = {
  open: (panel: Panel) => set(panel),
  close: () => set(null),
  isOpen: () => current !== null,
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function usePanel(): Panel | null {
  return useSyncExternalStore(subscribe, () => current)
}
