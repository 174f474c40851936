import type { BodyOf } from '@portico/protocol/operations'
import { isTemporary } from '../api/errors.ts'
import { request } from '../api/request.ts'
import { finished } from '../buttons/button.ts'
import type { DraftContent } from '../drafts/draft-state.ts'
import { randomKey } from '../outbox/random-key.ts'
import { ownStorage } from '../session/own-storage.ts'

/** The attempt to send a new message. A repeat must be the same request; a changed message is another one. */
interface Try {
  words: string
  key: string
  draftVersion: number
  at: number
}

const dayMs = 86_400_000

/** Stored on this device too: a message whose response was lost may have been sent, even if the page was closed. */
const storedName = 'new-message'
let tried: Try | null = null

/**
 * Sends the first message and returns the id of its conversation. Pressing Send twice sends it once, also in two tabs, on two
 * devices and after a reload.
 */
export async function startConversation(
  channelId: string,
  draft: DraftContent,
  draftVersion: number,
  template?: { id: string; variables: Record<string, string> },
): Promise<string> {
  const subject = draft.subject?.trim()
  const body = {
    to: [draft.recipient?.trim() ?? ''],
    ...(subject && { subject }),
    ...(template ? { template } : contentOf(draft)),
    options: { archive: false },
  }
  const words = JSON.stringify([channelId, body])
  tried = ownStorage.read<Try>(storedName) ?? tried
  if (tried?.words !== words || Date.now() - tried.at > dayMs) {
    tried = { words, key: randomKey(), draftVersion, at: Date.now() }
  }
  ownStorage.write(storedName, tried)
  const conversationId = await post(
    channelId,
    template ? body : { ...body, draft_version: tried.draftVersion },
    tried.key,
  )
  forgetTry()
  return conversationId
}

/** Forgets the attempt: the next message is another one, even with the same text. */
export function forgetTry(): void {
  tried = null
  ownStorage.remove(storedName)
}

type NewMessage = BodyOf<'POST', `/channels/${string}/messages`>

const triesAfterMs = [500, 1_500]

/** Repeats the request when the response was lost: the message may have been sent. */
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

function contentOf({ body, attachments, buttons, location }: DraftContent) {
  const files = attachments.length > 0 && { attachment_ids: attachments.map(({ id }) => id) }
  const asked = finished(buttons)
  return {
    body,
    body_format: 'text' as const,
    ...files,
    ...(asked.length > 0 && { buttons: asked }),
    ...(location && { location }),
  }
}
