import type { Urls } from '../http/urls.ts'
import { messageResource } from '../messages/present.ts'
import type { MessageRow } from '../messages/queries.ts'

/**
 * The body of a `message` or `message_imported` request (dossier 3.1): the one JSON.stringify whose bytes are stored, signed and sent, now and
 * at every repeat. `externalIds`: those of the conversation, oldest first.
 */
export function messageBody(
  row: MessageRow,
  companyId: number,
  externalIds: string[],
  urls: Urls,
  type: 'message' | 'message_imported' = 'message',
): string {
  const [first] = externalIds
  return JSON.stringify({
    type,
    payload: messageResource(row, companyId, urls),
    metadata: {
      ...(first !== undefined && { external_conversation_id: first }),
      external_conversation_ids: externalIds,
    },
  })
}
