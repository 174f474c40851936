import { useCallback, useSyncExternalStore } from 'react'

export const matches = (query: string) => matchMedia(query).matches

export function useMatches(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = matchMedia(query)
      list.addEventListener('change', listener)
      return () => list.removeEventListener('change', listener)
    },
    [query],
  )
  return useSyncExternalStore(subscribe, () => matches(query))
}
