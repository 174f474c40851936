import { visibleName } from '@portico/protocol/visible'
import type { Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'

/** The name of the conversation's recipient. */
export function recipientName({ recipient }: Pick<Conversation, 'recipient'>): string {
  return visibleName(recipient?.name) ?? visibleName(recipient?.handle) ?? s.conversations.someone
}
