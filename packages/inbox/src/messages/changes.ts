import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { readMessage, showReceived } from './queries.ts'

/** Saves an edit, and shows what the hub made of it. Throws ApiError, HubNotReached. */
export async function saveEdit(
  queryClient: QueryClient,
  conversationId: string,
  messageId: string,
  { body, base_version }: { body: string; base_version: number },
): Promise<void> {
  const answer = await request('PATCH', `/messages/${messageId}`, { body: { body, base_version, body_format: 'text' } })
  showReceived(queryClient, conversationId, answer.body)
}

/** Asks the channel to remove a message. Throws ApiError, HubNotReached. */
export async function removeMessage(
  queryClient: QueryClient,
  conversationId: string,
  messageId: string,
): Promise<void> {
  showReceived(queryClient, conversationId, (await request('DELETE', `/messages/${messageId}`)).body)
}

/** Retries or gives up a change that the channel did not take. */
export async function decideChange(
  queryClient: QueryClient,
  conversationId: string,
  messageId: string,
  kind: string,
  verb: 'retry' | 'discard',
): Promise<void> {
  try {
    showReceived(
      queryClient,
      conversationId,
      (await request('POST', `/messages/${messageId}/changes/${kind}/${verb}`)).body,
    )
  } catch (error) {
    toast((error as Error).message, { tone: 'danger' })
    const now = await readMessage(messageId).catch(() => null)
    if (now) showReceived(queryClient, conversationId, now)
  }
}

export function changeOf({ changes }: Message, kind: 'edit' | 'deletion') {
  return changes.find((change) => change.kind === kind)
}
