import type { QueryClient } from '@tanstack/react-query'
import type { EventType, HubEvent } from '../api/types.ts'
import { inboxesQuery } from '../session/inboxes.ts'
import { isGone } from '../stream/gone.ts'
import {
  forgetConversation,
  forgetOtherInboxes,
  knownConversation,
  rereadConversation,
  showConversation,
} from './queries.ts'
import { unreadAfter } from './unread-after.ts'
import { withWaiting } from './waiting.ts'

const counted = new Set<EventType>([
  'inbound',
  'archive',
  'reopen',
  'assign',
  'unassign',
  'read',
  'inbox',
  'move',
  'trash',
  'restore',
  'conversation_deleted',
])

export function changesCounts(_queryClient: QueryClient, { type }: HubEvent): boolean {
  return counted.has(type)
}

/** A conversation in an event is the same for every teammate; whether it is unread for this one follows from the rest. */
export function onEvent(queryClient: QueryClient, event: HubEvent, myId: string): void {
  const { conversation, type } = event
  if (type === 'inbox') void rereadInboxes(queryClient)
  if (type === 'history_imported' || type === 'contact_changed') rereadSoon(queryClient)
  if (!conversation) return
  if (isGone(conversation)) {
    forgetConversation(queryClient, conversation.id)
    return
  }
  const unread = unreadAfter(event, knownConversation(queryClient, conversation.id)?.unread)
  if (unread === undefined) void rereadConversation(queryClient, conversation.id, myId)
  else showConversation(queryClient, withWaiting({ ...conversation, unread }), myId)
}

/** Removes conversations that are no longer accessible, after an inbox was granted or revoked. */
async function rereadInboxes(queryClient: QueryClient): Promise<void> {
  // a response in flight may be from before the event
  await queryClient.refetchQueries({ queryKey: inboxesQuery.queryKey }, { cancelRefetch: true })
  const inboxes = queryClient.getQueryData(inboxesQuery.queryKey)
  if (inboxes) forgetOtherInboxes(queryClient, new Set(inboxes.map(({ id }) => id)))
  void queryClient.invalidateQueries({ queryKey: ['conversations'] })
}

const rereadAfterMs = 1_000
let isRereading = false

/**
 * Reads lists and open conversations again, once a second at most: the messages of an import have no events of their own, and contacts,
 * whose names they show, may be changed by the thousand.
 */
function rereadSoon(queryClient: QueryClient): void {
  if (isRereading) return
  isRereading = true
  setTimeout(() => {
    isRereading = false
    for (const key of ['conversations', 'conversation', 'timeline', 'contact'])
      void queryClient.invalidateQueries({ queryKey: [key] })
  }, rereadAfterMs)
}
