import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Conversation, Teammate } from '../api/types.ts'
import { meQuery } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import { toast } from '../toasts/toasts.ts'
import { knownConversation, showConversation } from './queries.ts'
import { unreadQuery } from './unread.ts'

/** What changes at once on the screen, and the request that makes it so. */
interface Change {
  shows: (conversation: Conversation) => Conversation
  asks: (conversation: Conversation) => Promise<unknown>
}

/** Shows the change at once; what the hub refuses goes back to how it was, with the hub's reason. */
async function change(queryClient: QueryClient, conversations: Conversation[], { shows, asks }: Change): Promise<void> {
  const myId = queryClient.getQueryData(meQuery.queryKey)?.id ?? ''
  await Promise.all(
    conversations.map(async (given) => {
      const before = knownConversation(queryClient, given.id) ?? given
      showConversation(queryClient, shows(before), myId)
      try {
        await asks(before)
      } catch (error) {
        showConversation(queryClient, before, myId)
        toast(error instanceof Error ? error.message : String(error), { tone: 'danger' })
      }
    }),
  )
  void queryClient.invalidateQueries({ queryKey: unreadQuery.queryKey })
}

const archiving: Change = {
  shows: (one) => ({ ...one, status: 'archived' }),
  asks: (one) => request('PATCH', `/conversations/${one.id}`, { body: { status: 'archived' } }),
}

const reopening: Change = {
  shows: (one) => ({ ...one, status: one.assignee ? 'assigned' : 'unassigned' }),
  asks: (one) => request('PATCH', `/conversations/${one.id}`, { body: { status: 'open' } }),
}

export function archive(queryClient: QueryClient, conversations: Conversation[]): void {
  void change(queryClient, conversations, archiving)
  toast(s.done.archived(conversations.length), { undo: () => void change(queryClient, conversations, reopening) })
}

export function reopen(queryClient: QueryClient, conversations: Conversation[]): void {
  void change(queryClient, conversations, reopening)
  toast(s.done.reopened(conversations.length), { undo: () => void change(queryClient, conversations, archiving) })
}

export function assign(queryClient: QueryClient, conversations: Conversation[], teammate: Teammate | null): void {
  void change(
    queryClient,
    conversations,
    assigning(() => teammate),
  )
  const before = new Map(conversations.map((one) => [one.id, one.assignee]))
  toast(teammate ? s.done.assigned(nameOf(teammate)) : s.done.unassigned, {
    undo: () =>
      void change(
        queryClient,
        conversations,
        assigning((one) => before.get(one.id) ?? null),
      ),
  })
}

function assigning(to: (conversation: Conversation) => Teammate | null): Change {
  return {
    shows: (one) => {
      const assignee = to(one)
      const isOpen = one.status === 'assigned' || one.status === 'unassigned'
      return { ...one, assignee, status: isOpen ? (assignee ? 'assigned' : 'unassigned') : one.status }
    },
    asks: (one) => request('PUT', `/conversations/${one.id}/assignee`, { body: { assignee_id: to(one)?.id ?? null } }),
  }
}

/** Marks as read up to the newest message. Quiet: it follows from looking. */
export function markRead(queryClient: QueryClient, conversation: Conversation): Promise<void> {
  return change(queryClient, [conversation], {
    shows: (one) => ({ ...one, unread: false }),
    asks: (one) =>
      request('PUT', readPosition(one), { body: { message_id: one.last_message?.id ?? null }, keepalive: true }),
  })
}

export function markUnread(queryClient: QueryClient, conversations: Conversation[]): void {
  void change(queryClient, conversations, {
    shows: (one) => ({ ...one, unread: true }),
    asks: (one) => request('PUT', readPosition(one), { body: { message_id: 'unread' } }),
  })
  toast(s.done.markedUnread(conversations.length), {
    undo: () => conversations.forEach((one) => void markRead(queryClient, one)),
  })
}

const readPosition = (conversation: Conversation) => `/conversations/${conversation.id}/read_position`
