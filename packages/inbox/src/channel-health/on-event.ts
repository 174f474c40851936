import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'

export const troublesKey = ['channel-troubles']

const changing = new Set(['delivery', 'sending_error', 'channel'])

let timer: ReturnType<typeof setTimeout> | undefined
let mayChangeTroubles = false

/** Reads a shown report and list again, once for a burst of results; the hub counts them a moment later. */
export function onEvent(queryClient: QueryClient, event: HubEvent): void {
  if (!changing.has(event.type)) return
  mayChangeTroubles ||= changesTroubles(queryClient, event)
  if (timer !== undefined) return
  timer = setTimeout(() => {
    timer = undefined
    void queryClient.invalidateQueries({ queryKey: ['channel-health'] })
    if (mayChangeTroubles) void queryClient.invalidateQueries({ queryKey: troublesKey })
    mayChangeTroubles = false
  }, 2_000)
}

/** A delivery that went well ends a trouble, and begins none. */
function changesTroubles(queryClient: QueryClient, { type, data }: HubEvent): boolean {
  if (type !== 'delivery' || data?.state === 'delayed') return true
  return (queryClient.getQueryData<unknown[]>(troublesKey)?.length ?? 0) > 0
}
