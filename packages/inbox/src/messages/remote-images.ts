import { useSyncExternalStore } from 'react'
import { ownStorage } from '../session/own-storage.ts'

/** The conversations in which this teammate asked for images from elsewhere, the last ones, on this device. */
const storedName = 'remote-images'
const mostRemembered = 200

let asked: string[] | undefined
const listeners = new Set<() => void>()

function known(): string[] {
  asked ??= ownStorage.read<string[]>(storedName) ?? []
  return asked
}

function ask(conversationId: string): void {
  asked = [...known().filter((id) => id !== conversationId), conversationId].slice(-mostRemembered)
  ownStorage.write(storedName, asked)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useRemoteImages(conversationId: string) {
  const isAsked = useSyncExternalStore(subscribe, () => known().includes(conversationId))
  return { isAsked, ask: () => ask(conversationId) }
}
