import { queryOptions, useQuery } from '@tanstack/react-query'
import { isStatus } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Channel, Conversation } from '../api/types.ts'

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  meta: { isForAdmins: true },
  queryFn: async ({ signal }) => (await request('GET', '/channels', { signal })).body._results,
  staleTime: 60_000,
})

/** One channel: the only way to one whose inbox the teammate does not have, while they have a conversation of it. null: deleted. */
const channelQuery = (id: string) =>
  queryOptions({
    queryKey: [...channelsQuery.queryKey, id],
    meta: { isForAdmins: true },
    queryFn: ({ signal }) =>
      request('GET', `/channels/${id}`, { signal }).then(
        ({ body }): Channel | null => body,
        (error: unknown) => {
          if (isStatus(error, 404)) return null
          throw error
        },
      ),
    staleTime: 60_000,
  })

/** The channel of a conversation; null when it was deleted, undefined before it is known. */
export function useChannelOf({ channel_id: id }: Pick<Conversation, 'channel_id'>): Channel | null | undefined {
  const { data: channels } = useQuery(channelsQuery)
  const listed = channels?.find((channel) => channel.id === id)
  const { data: alone } = useQuery({ ...channelQuery(id), enabled: channels !== undefined && listed === undefined })
  return listed ?? alone
}

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
