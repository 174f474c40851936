import type { InfiniteData } from '@tanstack/react-query'
import type { Conversation } from '../api/types.ts'
import type { View } from '../views/view.ts'

export interface ConversationPage {
  conversations: Conversation[]
  next: string | null
}

export type ConversationPages = InfiniteData<ConversationPage, string | null>

/** The hub's order: newest last message first. */
function isBefore(one: Conversation, other: Conversation): boolean {
  const [a, b] = [lastActivity(one), lastActivity(other)]
  return a === b ? numberOf(one.id) > numberOf(other.id) : a > b
}

export function lastActivity(conversation: Conversation): number {
  return conversation.last_message?.created_at ?? conversation.created_at
}

function numberOf(id: string): number {
  return Number.parseInt(id.slice(id.indexOf('_') + 1), 36)
}

export function withoutConversation(pages: ConversationPages, id: string): ConversationPages {
  const without = pages.pages.map((page) => ({
    ...page,
    conversations: page.conversations.filter((one) => one.id !== id),
  }))
  return { ...pages, pages: without }
}

/** The loaded pages of a view after a conversation became what it is now: moved, taken in, or gone. */
export function placeConversation(
  pages: ConversationPages,
  view: View,
  conversation: Conversation,
  myId: string,
): ConversationPages {
  const { pages: without } = withoutConversation(pages, conversation.id)
  if (!view.belongs(conversation, myId)) return { ...pages, pages: without }
  const at = without.findIndex((page, index) => {
    const last = page.conversations.at(-1)
    return (last && isBefore(conversation, last)) || (index === without.length - 1 && page.next === null)
  })
  // older than all that is loaded: it comes with its page
  if (at === -1) return { ...pages, pages: without }
  return { ...pages, pages: without.map((page, index) => (index === at ? insert(page, conversation) : page)) }
}

function insert(page: ConversationPage, conversation: Conversation): ConversationPage {
  const place = page.conversations.findIndex((one) => isBefore(conversation, one))
  return {
    ...page,
    conversations: page.conversations.toSpliced(place === -1 ? page.conversations.length : place, 0, conversation),
  }
}
