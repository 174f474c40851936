import type { AnswerOf } from '@portico/protocol/operations'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Channel, UndoSendTime } from '../api/types.ts'
import { channelsQuery } from './queries.ts'

export interface ChannelChange {
  name: string
  inbox_id: string
  undo_send_time: UndoSendTime
  /** Of a custom channel. */
  webhook_url?: string | undefined
}

/** Saves a channel's settings. The list shows them at once. */
export async function changeChannel(queryClient: QueryClient, channel: Channel, change: ChannelChange): Promise<void> {
  const { name, inbox_id, undo_send_time, webhook_url = channel.webhook_url } = change
  const settings = {
    ...(undo_send_time !== channel.settings.undo_send_time && { undo_send_time }),
    ...(webhook_url !== channel.webhook_url && { webhook_url }),
  }
  await request('PATCH', `/channels/${channel.id}`, {
    body: {
      ...(name !== channel.name && { name }),
      ...(inbox_id !== channel.inbox_id && { inbox_id }),
      ...(Object.keys(settings).length > 0 && { settings }),
    },
  })
  queryClient.setQueryData(channelsQuery.queryKey, (channels) =>
    channels?.map((known) =>
      known.id === channel.id
        ? { ...known, name, inbox_id, webhook_url, settings: { ...known.settings, undo_send_time } }
        : known,
    ),
  )
  if (inbox_id !== channel.inbox_id) void queryClient.invalidateQueries({ queryKey: ['conversations'] })
}

export type ChannelDeletion = AnswerOf<'GET', `/channels/${string}/deletion`>

/** The effects of deleting a channel now. */
export const channelDeletionQuery = (channelId: string) =>
  queryOptions({
    queryKey: ['channel-deletion', channelId],
    queryFn: async ({ signal }) => (await request('GET', `/channels/${channelId}/deletion`, { signal })).body,
    staleTime: 0,
    gcTime: 0,
    // fails without a connection instead of waiting for one
    networkMode: 'always',
    retry: false,
  })

export async function deleteChannel(queryClient: QueryClient, channel: Channel): Promise<void> {
  await request('DELETE', `/channels/${channel.id}`)
  queryClient.setQueryData(channelsQuery.queryKey, (channels) => channels?.filter((known) => known.id !== channel.id))
}
