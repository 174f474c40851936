import type { InfiniteData } from '@tanstack/react-query'
import type { Delivery, HubEvent, Message } from '../api/types.ts'

/** A page of a conversation's timeline: its messages, and the events that are lines between them. Newest first. */
export interface MessagePage {
  messages: Message[]
  events: HubEvent[]
  next: string | null
}

export type MessagePages = InfiniteData<MessagePage, string | null>

/** The newest messages that are loaded: a page of the timeline may hold nothing but events. */
export function newestMessages(pages: { pages: MessagePage[] } | undefined): Message[] | undefined {
  const page = pages?.pages.find(({ messages }) => messages.length > 0) ?? pages?.pages[0]
  return page?.messages
}

/** The thread with an event of the stream, once. */
export function addEvent(pages: MessagePages, event: HubEvent): MessagePages {
  const [newest, ...older] = pages.pages
  if (!newest || pages.pages.some(({ events }) => events.some(({ id }) => id === event.id))) return pages
  return { ...pages, pages: [{ ...newest, events: [event, ...newest.events] }, ...older] }
}

/** The thread with a message as it is now; a new one goes to its place by time. */
export function placeMessage(pages: MessagePages, message: Message): MessagePages {
  const isKnown = pages.pages.some((page) => page.messages.some((one) => one.id === message.id))
  return isKnown ? replace(pages, message) : insertNew(pages, message)
}

/** The thread after an excerpt was heard: a known message keeps its words. undefined: it must be read first. */
export function placeExcerpt(pages: MessagePages, excerpt: Message): MessagePages | undefined {
  const known = pages.pages.flatMap((page) => page.messages).find(({ id }) => id === excerpt.id)
  if (!known) return undefined
  const { body, text, render, recipients } = known
  return replace(pages, { ...excerpt, body, text, render, recipients, is_excerpt: false })
}

function replace(pages: MessagePages, message: Message): MessagePages {
  return mapMessages(pages, (one) => (one.id === message.id ? message : one))
}

function insertNew(pages: MessagePages, message: Message): MessagePages {
  const [newest, ...older] = pages.pages
  if (!newest) return pages
  const place = newest.messages.findIndex((one) => one.created_at <= message.created_at)
  const at = place === -1 ? newest.messages.length : place
  return { ...pages, pages: [{ ...newest, messages: newest.messages.toSpliced(at, 0, message) }, ...older] }
}

/** The thread without a copy that turned out to be a message of ours. */
export function dropMessage(pages: MessagePages, messageId: string): MessagePages {
  const without = (page: MessagePage) => ({ ...page, messages: page.messages.filter(({ id }) => id !== messageId) })
  return { ...pages, pages: pages.pages.map(without) }
}

export function placeDelivery(pages: MessagePages, messageId: string, delivery: Delivery): MessagePages {
  return mapMessages(pages, (one) => (one.id === messageId ? { ...one, delivery } : one))
}

function mapMessages(pages: MessagePages, change: (message: Message) => Message): MessagePages {
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, messages: page.messages.map(change) })) }
}
