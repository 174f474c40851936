import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import type { DraftWords } from '../drafts/draft-state.ts'
import { randomKey } from '../outbox/random-key.ts'

/** The key of the message that is being tried; a changed message gets another. */
let tried: { words: string; key: string } | undefined

/** Sends the first message and returns the id of its conversation. Pressing Send twice sends it once. */
export async function startConversation(channelId: string, draft: DraftWords): Promise<string> {
  const subject = draft.subject?.trim()
  const body = {
    to: [draft.recipient?.trim()],
    ...(subject && { subject }),
    body: draft.body,
    body_format: 'text',
    options: { archive: false },
  }
  const words = JSON.stringify([channelId, body])
  if (tried?.words !== words) tried = { words, key: randomKey() }
  const path = `/channels/${channelId}/messages`
  const { body: message } = await request<Message & { _links: { related: { conversation: string } } }>('POST', path, {
    body,
    idempotencyKey: tried.key,
    representation: true,
  })
  tried = undefined
  return message._links.related.conversation.split('/').at(-1) ?? ''
}
