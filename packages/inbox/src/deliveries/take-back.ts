import { queryClient } from '../api/query-client.ts'
import type { Delivery, Message } from '../api/types.ts'
import { withdrawWords } from '../drafts/edit.ts'
import type { DraftPlace } from '../drafts/storage.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { type Item, items } from '../outbox/items.ts'
import { type OutboxHandler, post } from '../outbox/outbox.ts'
import { s } from '../strings/strings.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { editAgain } from './edit-again.ts'
import { showDelivery } from './queries.ts'
import { stopDelivery } from './stop.ts'

/** The undo of a message on its way to the hub. */
export interface TakingBack extends Item {
  kind: 'take_back'
  messageId: string
  text: string
  /** Where the words were put. */
  place: DraftPlace
}

export const isTakingBack = (item: Item): item is TakingBack => item.kind === 'take_back'

/**
 * `change`: what sending it did to the conversation, the other way round; the hub takes that back with the message.
 * The words can be changed again at once, where it answers; the hub says afterwards whether the message could still be stopped.
 */
export function takeBack(conversationId: string, message: Message, change?: ConversationChange): DraftPlace {
  const underWay = items.all().find((item): item is TakingBack => isTakingBack(item) && item.messageId === message.id)
  if (underWay) return underWay.place
  const place = editAgain(conversationId, message)
  post<TakingBack>({ kind: 'take_back', conversationId, messageId: message.id, text: message.text, place, change })
  return place
}

export const takeBackHandler: OutboxHandler<TakingBack> = {
  send: ({ messageId }, signal) => stopDelivery(messageId, signal),
  done({ conversationId, messageId }, delivery) {
    showDelivery(queryClient, conversationId, messageId, delivery as Delivery)
    toast(s.composer.taken)
  },
  refused({ conversationId, text, place }, error) {
    withdrawWords(place, text)
    toast(error.message, { tone: 'danger' })
    void queryClient.invalidateQueries({ queryKey: timelineQuery(conversationId).queryKey })
  },
}
