import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'

const changing = new Set(['delivery', 'sending_error', 'channel'])

let timer: ReturnType<typeof setTimeout> | undefined

/** Reads a shown report and list again, once for a burst of results; the hub counts them a moment later. */
export function onEvent(queryClient: QueryClient, { type }: HubEvent): void {
  if (!changing.has(type) || timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    void queryClient.invalidateQueries({ queryKey: ['channel-health'] })
  }, 2_000)
}
