import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Channel } from '../api/types.ts'

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  meta: { isForAdmins: true },
  queryFn: async ({ signal }) => (await request('GET', '/channels', { signal })).body._results,
  staleTime: 60_000,
})

/** The inbox of a channel, from the link of Front's Channel resource. */
export function inboxIdOf(channel: Channel): string | undefined {
  return channel.inbox_id ?? channel._links.related.inbox?.split('/').at(-1)
}

/** True when replies in this channel may be delayed. */
export function isInTrouble(channel: Channel): boolean {
  if (channel.authorization && channel.authorization.state !== 'ok') return true
  if (channel.deliveries_stopped_at != null) return true
  return channel.status === 'offline' || (channel.health !== undefined && channel.health.state !== 'ok')
}
