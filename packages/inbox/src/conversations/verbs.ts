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

/** The status that is written; what is read of an open one says whether it is assigned, and of spam that it is deleted. */
type Status = 'open' | 'archived' | 'deleted' | 'spam'

function statusOf({ status, is_spam }: Conversation): Status {
  if (status === 'archived') return 'archived'
  if (status === 'deleted') return is_spam ? 'spam' : 'deleted'
  return 'open'
}

function readAs(status: Status, { assignee }: Conversation): Conversation['status'] {
  if (status === 'open') return assignee ? 'assigned' : 'unassigned'
  return status === 'archived' ? 'archived' : 'deleted'
}

function putting(to: (conversation: Conversation) => Status): Change {
  return {
    shows: (one) => ({ ...one, status: readAs(to(one), one), is_spam: to(one) === 'spam' }),
    asks: (one) => request('PATCH', `/conversations/${one.id}`, { body: { status: to(one) } }),
  }
}

/** Undo brings each back to where it was. */
function put(queryClient: QueryClient, conversations: Conversation[], status: Status, done: string): void {
  const before = new Map(conversations.map((one) => [one.id, statusOf(one)]))
  const undoing = putting((one) => before.get(one.id) ?? 'open')
  void change(
    queryClient,
    conversations,
    putting(() => status),
  )
  toast(done, { undo: () => void change(queryClient, conversations, undoing) })
}

export function archive(queryClient: QueryClient, conversations: Conversation[]): void {
  put(queryClient, conversations, 'archived', s.done.archived(conversations.length))
}

export function reopen(queryClient: QueryClient, conversations: Conversation[]): void {
  put(queryClient, conversations, 'open', s.done.reopened(conversations.length))
}

export function trash(queryClient: QueryClient, conversations: Conversation[]): void {
  put(queryClient, conversations, 'deleted', s.done.trashed(conversations.length))
}

export function markSpam(queryClient: QueryClient, conversations: Conversation[]): void {
  put(queryClient, conversations, 'spam', s.done.markedSpam(conversations.length))
}

/** Takes back from the trash or from spam. */
export function restore(queryClient: QueryClient, conversations: Conversation[]): void {
  put(queryClient, conversations, 'open', s.done.restored(conversations.length))
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
