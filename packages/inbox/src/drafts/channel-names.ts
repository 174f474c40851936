import { queryClient } from '../api/query-client.ts'
import { channelsQuery } from '../channels/queries.ts'

/** The name of a channel as far as it was read; its id, where it was not. */
export function nameOfChannel(id: string): string {
  return queryClient.getQueryData(channelsQuery.queryKey)?.find((channel) => channel.id === id)?.name ?? id
}
