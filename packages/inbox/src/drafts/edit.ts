import type { QueryClient } from '@tanstack/react-query'
import { type DraftWords, draftQuery, emptyDraft, keepCopy, keepDraft } from './drafts.ts'

/** Puts the words of a message back where they can be changed. What stands there already is kept below. */
export function editAsDraft(queryClient: QueryClient, conversationId: string, text: string): void {
  const place = { conversationId }
  const { queryKey } = draftQuery(place)
  const before = queryClient.getQueryData(queryKey)
  const body = before?.body.trim() && before.body !== text ? `${text}\n\n${before.body}` : text
  const draft: DraftWords = { ...emptyDraft, body }
  queryClient.setQueryData(queryKey, draft)
  keepCopy(place, draft)
  // the copy on this device stays when the hub cannot be reached
  keepDraft(place, draft).catch(() => undefined)
  document.getElementById('composer')?.focus()
}
