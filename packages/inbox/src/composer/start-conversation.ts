import type { BodyOf } from '@portico/protocol/operations'
import { isTemporary } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { DraftWords } from '../drafts/draft-state.ts'
import { randomKey } from '../outbox/random-key.ts'
import { ownStorage } from '../session/own-storage.ts'

/** A message that is being tried: what is sent again must be the same. A changed message is another. */
interface Try {
  words: string
  key: string
  draftVersion: number
  at: number
}

const dayMs = 86_400_000

/** Also on this device, since a message whose answer was lost may have been sent, whatever became of the page. */
const storedName = 'new-message'
let tried: Try | null = null

/**
 * Sends the first message and returns the id of its conversation. Pressing Send twice sends it once, in two tabs, on two
 * screens and after a reload too.
 */
export async function startConversation(channelId: string, draft: DraftWords, draftVersion: number): Promise<string> {
  const subject = draft.subject?.trim()
  const body = {
    to: [draft.recipient?.trim() ?? ''],
    ...(subject && { subject }),
    body: draft.body,
    body_format: 'text' as const,
    options: { archive: false },
  }
  const words = JSON.stringify([channelId, body])
  tried = ownStorage.read<Try>(storedName) ?? tried
  if (tried?.words !== words || Date.now() - tried.at > dayMs) {
    tried = { words, key: randomKey(), draftVersion, at: Date.now() }
  }
  ownStorage.write(storedName, tried)
  const conversationId = await post(channelId, { ...body, draft_version: tried.draftVersion }, tried.key)
  forgetTry()
  return conversationId
}

/** The next one is another message, though its words may be the same. */
export function forgetTry(): void {
  tried = null
  ownStorage.remove(storedName)
}

type NewMessage = BodyOf<'POST', `/channels/${string}/messages`>

const triesAfterMs = [500, 1_500]

/** An answer that was lost is asked for again: perhaps it was a yes. */
async function post(channelId: string, body: NewMessage, idempotencyKey: string): Promise<string> {
  for (let failures = 0; ; failures++) {
    try {
      const path = `/channels/${channelId}/messages` as const
      const options = { body, idempotencyKey, representation: true as const }
      const { body: message } = await request('POST', path, options)
      return message._links.related.conversation.split('/').at(-1) ?? ''
    } catch (error) {
      const afterMs = triesAfterMs[failures]
      if (!isTemporary(error) || afterMs === undefined) throw error
      await new Promise((resolve) => setTimeout(resolve, afterMs))
    }
  }
}
