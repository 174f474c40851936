import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { channelsQuery, isInTrouble } from './queries.ts'

export function onEvent(queryClient: QueryClient, event: HubEvent): void {
  if (changesHealth(queryClient, event)) askSoon(queryClient)
  if (event.type === 'channel' || event.type === 'inbox')
    void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey })
}

/** Whether a delivery may have changed a channel's health: it failed, or it was sent while the channel was in trouble. */
function changesHealth(queryClient: QueryClient, { type, data }: HubEvent): boolean {
  if (type === 'sending_error' || data?.state === 'delayed') return true
  return type === 'delivery' && (queryClient.getQueryData(channelsQuery.queryKey)?.some(isInTrouble) ?? false)
}

let isAsking = false

/** Reads the channels' health again, once for a burst of results. */
function askSoon(queryClient: QueryClient): void {
  if (isAsking) return
  isAsking = true
  setTimeout(() => {
    isAsking = false
    void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey })
  }, 500)
}
