import { type KeyboardEvent, useSyncExternalStore } from 'react'
import { ownStorage } from '../session/own-storage.ts'
import { matches, useMatches } from '../ui/media.ts'

/** The width from which the details fit beside the conversation; below it they open above. */
const roomy = '(min-width: 1280px)'

const name = 'details'
let shown: boolean | undefined
const listeners = new Set<() => void>()

/** Whether the pane is wanted where there is room for it; this device remembers. */
export const detailsPane = {
  isShown: (): boolean => {
    shown ??= ownStorage.read<boolean>(name) ?? false
    return shown
  },

  show(next: boolean): void {
    shown = next
    ownStorage.write(name, next)
    for (const listener of listeners) listener()
  },
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useDetailsShown(): boolean {
  return useSyncExternalStore(subscribe, detailsPane.isShown)
}

/** Hides the pane and focuses its button, because the focused element may be in the pane. */
export function hideDetails(): void {
  detailsPane.show(false)
  document.getElementById('details-button')?.focus()
}

/** The state of the pane, which keeps the conversation open. */
export function hideOnEscape(event: KeyboardEvent): void {
  if (event.key !== 'Escape' || !hasRoom() || !detailsPane.isShown()) return
  event.preventDefault()
  hideDetails()
}

export const hasRoom = () => matches(roomy)
export const useHasRoom = () => useMatches(roomy)
