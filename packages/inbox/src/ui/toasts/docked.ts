import { useSyncExternalStore } from 'react'

let height = 0
const listeners = new Set<() => void>()

/**
 * The height of the docked lower part of the page. It is set on the toasts alone: a property of the root would restyle the whole
 * page.
 */
export function setDockedHeight(next: number): void {
  if (next === height) return
  height = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useDocked(): number {
  return useSyncExternalStore(subscribe, () => height)
}
