import { useNavigate } from '@tanstack/react-router'
import { queryClient } from '../api/query-client.ts'
import type { Message } from '../api/types.ts'
import { knownConversation } from '../conversations/queries.ts'
import { editAsDraft, editAsNewMessage } from '../drafts/edit.ts'
import type { DraftKey } from '../drafts/storage.ts'
import { choiceOf, keepChoice } from '../message-templates/choices.ts'
import { ofKind } from '../timeline/pages.ts'
import { timelineQuery } from '../timeline/queries.ts'

/**
 * Puts the text of a message back into a draft, and returns which: that of a new message when it was the only one of its conversation.
 * A template is offered again with its values.
 */
export function editAgain(conversationId: string, message: Message): DraftKey {
  const conversation = knownConversation(queryClient, conversationId)
  const choice = choiceOf(message)
  if (!conversation || !isAlone(conversationId, message)) {
    if (choice) keepChoice(conversationId, choice)
    else editAsDraft(conversationId, { ...message, ...message.metadata })
    return { conversationId }
  }
  if (choice && conversation.channel_id) keepChoice(conversation.channel_id, choice)
  editAsNewMessage({
    body: choice ? '' : message.text,
    channel_id: conversation.channel_id,
    recipient: conversation.recipient?.handle ?? null,
    subject: conversation.subject || null,
    attachments: choice ? [] : message.attachments,
    buttons: message.metadata.buttons ?? [],
    location: message.metadata.location ?? null,
  })
  return 'new'
}

/** Whether it is the only message of its conversation that was not cancelled. */
export function isAlone(conversationId: string, { id }: Message): boolean {
  const pages = queryClient.getQueryData(timelineQuery(conversationId).queryKey)?.pages
  if (!pages || pages.at(-1)?.next) return false
  const messages = pages.flatMap(({ entries }) => ofKind(entries, 'message'))
  const others = messages.filter(({ message }) => message.id !== id)
  return others.every(({ message: { delivery } }) => delivery?.state === 'cancelled' && !delivery.may_have_arrived)
}

/** Puts the text back into a draft, and opens its composer. */
export function useEditAgain(conversationId: string): (message: Message) => void {
  const navigate = useNavigate()
  return (message) => {
    if (editAgain(conversationId, message) === 'new') void navigate({ to: '/new' })
  }
}
