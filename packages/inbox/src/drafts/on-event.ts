import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { isGone } from '../stream/gone.ts'
import { isLost } from '../stream/status.ts'
import type { LiveNews } from '../stream/stream.ts'
import { onDraftChanged, onReplySent, reloadDrafts } from './drafts.ts'

export function onEvent(_queryClient: QueryClient, { type, conversation, source }: HubEvent, myId: string): void {
  const isMine = source?._meta.type === 'teammate' && (source.data as { id?: string } | null)?.id === myId
  if (type === 'out_reply' && conversation && !isGone(conversation) && isMine) onReplySent(conversation.id)
}

/** Drafts have no place among the events that are caught up with. */
export function onNews(news: LiveNews): void {
  if (news.kind === 'draft') onDraftChanged(news.conversationId, news.version)
  if (news.kind === 'reset' || (news.kind === 'status' && news.status === 'live' && isLost())) reloadDrafts()
}
