import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { channelTypesQuery } from './queries.ts'

/** Reads the types again after an event of a channel: a type has the number of its channels. */
export function onEvent(queryClient: QueryClient, { type }: HubEvent): void {
  if (type === 'channel') void queryClient.invalidateQueries({ queryKey: channelTypesQuery.queryKey })
}
