import { queryClient } from '../api/query-client.ts'
import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import { editAsDraft } from '../drafts/edit.ts'
import type { Item } from '../outbox/items.ts'
import { isAskedHere, post, registerCourier } from '../outbox/outbox.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../toasts/toasts.ts'
import { showNewMessage } from './queries.ts'

/** A reply on its way to the hub. */
export interface Sending extends Item {
  kind: 'reply'
  text: string
  archive: boolean
  /** The newest message of the thread when it was sent. */
  newestId: string | null
  /** The version of the draft that is sent; newer words of another screen stay. */
  draftVersion: number
}

export type SendResult = { message: Message } | { error: Error }

/** Unless it `isKept`, the words must stay where they were typed until there is a result. */
export function send(
  reply: Pick<Sending, 'conversationId' | 'text' | 'archive' | 'newestId' | 'draftVersion' | 'change'>,
) {
  const { isKept, outcome } = post<Sending>({ kind: 'reply', ...reply })
  const result = outcome.then((one): SendResult => ('error' in one ? one : { message: one.answer as Message }))
  return { isKept, result }
}

registerCourier<Sending>('reply', {
  async send({ key, conversationId, text, archive, draftVersion }, signal) {
    const body = { body: text, body_format: 'text', options: { archive }, draft_version: draftVersion }
    const path = `/conversations/${conversationId}/messages`
    return (await request<Message>('POST', path, { body, idempotencyKey: key, representation: true, signal })).body
  },
  done: ({ conversationId }, message) => showNewMessage(queryClient, conversationId, message as Message),
  // what the hub refuses is a draft again
  refused(sending, error) {
    editAsDraft(sending.conversationId, sending.text)
    if (!isAskedHere(sending)) toast(`${s.composer.refused} ${error.message}`, { tone: 'danger' })
  },
})

export const isReply = (item: Item): item is Sending => item.kind === 'reply'
