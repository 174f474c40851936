import type { InfiniteData } from '@tanstack/react-query'
import type { Conversation } from '../api/types.ts'
import type { View } from '../views/view.ts'

export interface ConversationPage {
  conversations: Conversation[]
  next: string | null
  /** The position of the last row when the page was read: the next page begins after it, even when the row has moved since. */
  end: Position | null
}

interface Position {
  id: string
  at: number
}

export type ConversationPages = InfiniteData<ConversationPage, string | null>

export function positionOf(conversation: Conversation): Position {
  return { id: conversation.id, at: lastActivity(conversation) }
}

/** The hub's order: newest last message first. */
function isBefore(a: Position, b: Position): boolean {
  return a.at === b.at ? numberOf(a.id) > numberOf(b.id) : a.at > b.at
}

export function lastActivity(conversation: Conversation): number {
  const { last_message: message, last_call: call, created_at } = conversation
  return Math.max(message?.created_at ?? (call ? 0 : created_at), call?.at ?? 0)
}

function numberOf(id: string): number {
  return Number.parseInt(id.slice(id.indexOf('_') + 1), 36)
}

export function withoutConversation(pages: ConversationPages, id: string): ConversationPages {
  const without = pages.pages.map((page) => ({
    ...page,
    conversations: page.conversations.filter((conversation) => conversation.id !== id),
  }))
  return { ...pages, pages: without }
}

/** The loaded pages of a view after a conversation changed: it is moved, inserted or removed. */
export function placeConversation(
  pages: ConversationPages,
  view: View,
  conversation: Conversation,
  myId: string,
): ConversationPages {
  const { pages: without } = withoutConversation(pages, conversation.id)
  if (!view.matches(conversation, myId)) return { ...pages, pages: without }
  const position = positionOf(conversation)
  const at = without.findIndex(({ end, next }, index) => {
    return (end !== null && !isBefore(end, position)) || (index === without.length - 1 && next === null)
  })
  // older than all loaded rows: its own page will have it
  if (at === -1) return { ...pages, pages: without }
  return { ...pages, pages: without.map((page, index) => (index === at ? insert(page, conversation) : page)) }
}

function insert(page: ConversationPage, conversation: Conversation): ConversationPage {
  const position = positionOf(conversation)
  const index = page.conversations.findIndex((conversation) => isBefore(position, positionOf(conversation)))
  return {
    ...page,
    conversations: page.conversations.toSpliced(index === -1 ? page.conversations.length : index, 0, conversation),
  }
}
