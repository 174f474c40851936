import type { MessageImportedRequest, MessageRequest } from '@portico/protocol'
import type { Urls } from '../http/urls.ts'
import { type MessageContent, messagePayload } from '../messages/payload.ts'

/**
 * The body of a `message` or `message_imported` request (dossier 3.1): the one JSON.stringify whose bytes are stored, signed and sent, now and
 * at every repeat. `externalIds`: those of the conversation, oldest first.
 */
export function messageBody(
  type: 'message' | 'message_imported',
  content: MessageContent,
  companyId: number,
  externalIds: string[],
  urls: Urls,
): string {
  const [first] = externalIds
  return JSON.stringify({
    type,
    payload: messagePayload(content, companyId, urls),
    metadata: {
      ...(first !== undefined && { external_conversation_id: first }),
      external_conversation_ids: externalIds,
    },
  } satisfies MessageRequest | MessageImportedRequest)
}
