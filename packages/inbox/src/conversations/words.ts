import type { Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'

/** Whom the conversation is with. */
export function recipientName({ recipient }: Pick<Conversation, 'recipient'>): string {
  return recipient?.name || recipient?.handle || s.conversations.someone
}
