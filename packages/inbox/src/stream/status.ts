import { useSyncExternalStore } from 'react'
import type { LiveStatus } from './stream.ts'

let current: LiveStatus = 'connecting'
const listeners = new Set<() => void>()

export function setLiveStatus(status: LiveStatus): void {
  current = status
  for (const listener of listeners) listener()
}

export const isLive = () => current === 'live'
export const isLost = () => current === 'reconnecting' || current === 'offline'

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(subscribe, () => current)
}
