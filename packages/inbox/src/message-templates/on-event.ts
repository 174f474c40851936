import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { templatesQuery, windowQuery } from './queries.ts'

export function onEvent(queryClient: QueryClient, { type, data, conversation }: HubEvent): void {
  if (type === 'message_template')
    void queryClient.invalidateQueries({ queryKey: templatesQuery(String(data?.channel_id)).queryKey })
  // the customer wrote, or the type of the channel was changed
  if (type === 'inbound' && conversation)
    void queryClient.invalidateQueries({ queryKey: windowQuery(conversation.id).queryKey })
  if (type === 'channel') void queryClient.invalidateQueries({ queryKey: ['free-text-window'] })
}
