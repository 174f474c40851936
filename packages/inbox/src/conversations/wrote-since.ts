import type { Conversation } from '../api/types.ts'
import type { Item } from '../outbox/items.ts'
import { readConversation } from './queries.ts'

const promptMs = 10_000

/**
 * The conversation, when the customer wrote in it after something was done here that waited longer than a moment: who did
 * it had not seen that. `newestId`: the newest message that was seen.
 */
export async function wroteSince(
  { order, conversationId, newestId }: Item & { newestId: string | null },
  signal: AbortSignal,
): Promise<Conversation | undefined> {
  if (Date.now() - order < promptMs) return undefined
  const now = await readConversation(conversationId, signal)
  return now.last_message?.is_inbound && now.last_message.id !== newestId ? now : undefined
}
