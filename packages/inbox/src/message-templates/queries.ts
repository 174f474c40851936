import type { AnswerOf } from '@portico/protocol/operations'
import { queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'

export type MessageTemplate = AnswerOf<'GET', `/channels/${string}/application_message_templates`>['_results'][number]

/** The message templates of a channel, by name. */
export function templatesQuery(channelId: string) {
  return queryOptions({
    queryKey: ['message-templates', channelId],
    queryFn: async ({ signal }) =>
      (await request('GET', `/channels/${channelId}/application_message_templates`, { signal })).body._results,
    staleTime: 60_000,
  })
}

/** Until when a conversation takes free text. */
export function windowQuery(conversationId: string) {
  return queryOptions({
    queryKey: ['free-text-window', conversationId],
    queryFn: async ({ signal }) =>
      (await request('GET', `/conversations/${conversationId}/free_text_window`, { signal })).body,
    staleTime: 30_000,
  })
}

/** The reason why a template cannot be sent; null when it can. */
export function obstacleOf({ is_disabled, status_name }: MessageTemplate): 'PENDING' | 'REJECTED' | 'disabled' | null {
  if (is_disabled) return 'disabled'
  return status_name === 'APPROVED' ? null : status_name
}
