import type { QueryClient } from '@tanstack/react-query'
import type { EventType, HubEvent, Message } from '../api/types.ts'
import { shownName } from '../attachments/attachment.ts'
import { recipientName } from '../conversations/recipient-name.ts'
import { isGone } from '../stream/gone.ts'
import { s } from '../strings/strings.ts'
import { announce } from '../ui/announcer.ts'
import { forgetMessage, rereadUnresolvedQuotes, showInQuotes, showReceived } from './queries.ts'

export function onEvent(queryClient: QueryClient, event: HubEvent): void {
  const { conversation, target, type, data } = event
  if (conversation && !isGone(conversation)) {
    if (target?._meta.type === 'message' && target.data)
      showReceived(queryClient, conversation.id, target.data as Message)
    if (changesWords.has(type) && target?.data) showInQuotes(queryClient, conversation.id, target.data as Message)
    if (mayResolveQuotes.has(type)) void rereadUnresolvedQuotes(queryClient, conversation.id)
    if (type === 'message_united') forgetMessage(queryClient, conversation.id, String(data?.message_id))
  }
  announceMessage(event)
}

/** Types of events with which a message comes, or the id that the channel gave it. */
const mayResolveQuotes: ReadonlySet<EventType> = new Set(['inbound', 'outbound', 'out_reply', 'delivery'])

/** Types of events after which quotes of the message say something else. */
const changesWords: ReadonlySet<EventType> = new Set(['message_edited', 'message_removed'])

/** Announces a new message of a customer; the announcement is removed when access changes. */
function announceMessage({ type, conversation, target }: HubEvent): void {
  if (type === 'inbox' || (conversation && isGone(conversation))) announce('')
  if (type !== 'inbound' || !conversation || isGone(conversation)) return
  const message = target?.data as Message | null | undefined
  announce(
    s.live.newMessage(
      recipientName(conversation),
      message?.blurb || (message?.attachments[0] ? shownName(message.attachments[0].filename) : ''),
    ),
  )
}
