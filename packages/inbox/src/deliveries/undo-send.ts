import { queryClient } from '../api/query-client.ts'
import type { Attachment, Delivery, Message } from '../api/types.ts'
import type { DraftButton } from '../buttons/button.ts'
import { removeFromDraft } from '../drafts/edit.ts'
import type { DraftKey } from '../drafts/storage.ts'
import type { Location } from '../locations/location.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { type Item, items } from '../outbox/items.ts'
import { enqueue, type OutboxHandler } from '../outbox/outbox.ts'
import { s } from '../strings/strings.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { editAgain } from './edit-again.ts'
import { showDelivery } from './queries.ts'
import { stopDelivery } from './stop.ts'

/** The undo of a sent message, until the hub has responded. */
export interface UndoSend extends Item {
  kind: 'take_back'
  messageId: string
  text: string
  /** Absent in one that an older version of this page queued. */
  attachments?: Attachment[]
  buttons?: DraftButton[] | undefined
  location?: Location | null | undefined
  /** The draft into which the text was put back. */
  place: DraftKey
}

export const isUndoSend = (item: Item): item is UndoSend => item.kind === 'take_back'

/**
 * Puts the text back into a draft at once and returns that draft; the hub says afterwards whether the message could still be
 * stopped. `change` reverts what sending did to the conversation; the hub does the same.
 */
export function undoSend(conversationId: string, message: Message, change?: ConversationChange): DraftKey {
  const pending = items.all().find((item): item is UndoSend => isUndoSend(item) && item.messageId === message.id)
  if (pending) return pending.place
  const place = editAgain(conversationId, message)
  const { id: messageId, text, attachments, metadata } = message
  const content = { text, attachments, buttons: metadata.buttons, location: metadata.location }
  enqueue<UndoSend>({ kind: 'take_back', conversationId, messageId, ...content, place, change })
  return place
}

export const undoSendHandler: OutboxHandler<UndoSend> = {
  send: ({ messageId }, signal) => stopDelivery(messageId, signal),
  done({ conversationId, messageId }, delivery) {
    showDelivery(queryClient, conversationId, messageId, delivery as Delivery)
    toast(s.composer.undone)
  },
  refused({ conversationId, place, ...message }, error) {
    removeFromDraft(place, message)
    toast(error.message, { tone: 'danger' })
    void queryClient.invalidateQueries({ queryKey: timelineQuery(conversationId).queryKey })
  },
}
