import type { QueryClient } from '@tanstack/react-query'
import { focusComposer } from './composer-focus.ts'
import { type DraftWords, draftQuery, emptyDraft, keepCopy, keepDraft } from './drafts.ts'

/** Puts the words of a message back where they can be changed. What stands there already is kept below. */
export function editAsDraft(queryClient: QueryClient, conversationId: string, text: string): void {
  const before = queryClient.getQueryData(draftQuery({ conversationId }).queryKey)
  put(queryClient, conversationId, before?.body.trim() && before.body !== text ? `${text}\n\n${before.body}` : text)
  focusComposer(conversationId)
}

/** Takes words out again that were put back in vain, unless they were changed. */
export function withdrawWords(queryClient: QueryClient, conversationId: string, text: string): void {
  const now = queryClient.getQueryData(draftQuery({ conversationId }).queryKey)?.body ?? ''
  if (now === text) put(queryClient, conversationId, '')
  else if (now.startsWith(`${text}\n\n`)) put(queryClient, conversationId, now.slice(text.length + 2))
}

function put(queryClient: QueryClient, conversationId: string, body: string): void {
  const place = { conversationId }
  const draft: DraftWords = { ...emptyDraft, body }
  queryClient.setQueryData(draftQuery(place).queryKey, draft)
  keepCopy(place, draft)
  // the copy on this device stays when the hub cannot be reached
  keepDraft(place, draft).catch(() => undefined)
}
