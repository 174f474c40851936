import { useSyncExternalStore } from 'react'

export interface FreshSecret {
  secret: string
  /** True for the type's first secret, which signs at once. */
  isFirst: boolean
}

/** Secrets that were just given, by App UID: in this page's memory only, until the admin confirms that they are stored. */
const kept = new Map<string, FreshSecret>()
const listeners = new Set<() => void>()

function notify(): void {
  for (const listener of listeners) listener()
}

export const freshSecrets = {
  put(uid: string, secret: FreshSecret): void {
    kept.set(uid, secret)
    notify()
  },
  forget(uid: string): void {
    kept.delete(uid)
    notify()
  },
}

export function useFreshSecret(uid: string): FreshSecret | undefined {
  return useSyncExternalStore(subscribe, () => kept.get(uid))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
