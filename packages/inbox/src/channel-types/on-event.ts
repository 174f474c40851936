import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { channelTypesQuery } from './queries.ts'

/** A type counts its channels. */
export function onEvent(queryClient: QueryClient, { type }: HubEvent): void {
  if (type === 'channel') void queryClient.invalidateQueries({ queryKey: channelTypesQuery.queryKey })
}
