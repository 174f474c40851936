import { useSyncExternalStore } from 'react'

/** The name of the open dialog; there is one at a time. */
let current: string | null = null
const listeners = new Set<() => void>()

function set(name: string | null): void {
  current = name
  for (const listener of listeners) listener()
}

export const dialogStore = {
  open: (name: string) => set(name),
  close: () => set(null),
  isOpen: () => current !== null,
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useOpenDialog(): string | null {
  return useSyncExternalStore(subscribe, () => current)
}
