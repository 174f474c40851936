import type { Conversation } from '../api/types.ts'
import type { Item } from '../outbox/items.ts'
import { readConversation } from './queries.ts'

const promptMs = 1_000

/**
 * The conversation, when the customer wrote in it after a change here was queued, and waits. `seenId`: the newest message of the
 * customer at that time.
 */
export async function wroteSince(
  { order, conversationId, seenId }: Item & { seenId: string | null },
  signal: AbortSignal,
): Promise<Conversation | undefined> {
  if (Date.now() - order < promptMs) return undefined
  const now = await readConversation(conversationId, signal)
  return now.waiting_since !== undefined && now.newest_inbound_id !== seenId ? now : undefined
}
