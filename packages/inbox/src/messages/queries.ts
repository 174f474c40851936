import type { QueryClient } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import { recentEvents } from '../stream/recent-events.ts'
import { dropEntry, hasEntry, mapEntries, type TimelinePages } from '../timeline/pages.ts'
import { changeTimeline, timelineQuery } from '../timeline/queries.ts'
import { messagesOf, placeExcerpt, placeMessage } from './pages.ts'

export async function readMessage(id: string): Promise<Message> {
  return (await request('GET', `/messages/${id}`)).body
}

/** Shows what a POST made, unless the stream was faster: then what it brought is newer, if it was more than an excerpt. */
export function showNewMessage(queryClient: QueryClient, conversationId: string, message: Message): void {
  const pages = queryClient.getQueryData<TimelinePages>(timelineQuery(conversationId).queryKey)
  const isThere = pages && hasEntry(pages, message.id)
  if (!isThere || recentEvents.lastAbout(message.id) === 0) showMessage(queryClient, conversationId, message)
}

/** Shows a message of an event. Of a long one the event has an excerpt: what is not known yet is read. */
export function showReceived(queryClient: QueryClient, conversationId: string, message: Message): void {
  if (!message.is_excerpt) {
    showMessage(queryClient, conversationId, message)
    return
  }
  const { queryKey } = timelineQuery(conversationId)
  const pages = queryClient.getQueryData<TimelinePages>(queryKey)
  const kept = pages && placeExcerpt(pages, message)
  if (kept) queryClient.setQueryData(queryKey, kept)
  else if (pages) reading = reading.then(() => readInto(queryClient, conversationId, message.id))
  void queryClient.invalidateQueries({ queryKey: ['delivery', message.id] })
}

/** Of a thread that is open: a message that was quoted before it came may be there now. */
export async function rereadUnresolvedQuotes(queryClient: QueryClient, conversationId: string): Promise<void> {
  const pages = queryClient.getQueryData<TimelinePages>(timelineQuery(conversationId).queryKey)
  const unresolved = pages?.pages.flatMap(messagesOf).filter(({ quoted }) => quoted?.message_id === null) ?? []
  for (const { id } of unresolved.slice(0, 5)) {
    const message = await readMessage(id).catch(() => null)
    if (message?.quoted?.message_id) showMessage(queryClient, conversationId, message)
  }
}

/** Shows in the messages that quote it what a message says now. */
export function showInQuotes(queryClient: QueryClient, conversationId: string, { id, blurb, removed }: Message): void {
  changeTimeline(queryClient, conversationId, (pages) =>
    mapEntries(pages, (entry) => {
      if (entry.kind !== 'message' || !entry.message.quoted || entry.message.quoted.message_id !== id) return entry
      const quoted = { ...entry.message.quoted, blurb, is_removed: removed !== null }
      return { ...entry, message: { ...entry.message, quoted } }
    }),
  )
}

/** Reads long messages one at a time and in order. */
let reading = Promise.resolve()

async function readInto(queryClient: QueryClient, conversationId: string, id: string): Promise<void> {
  const { queryKey } = timelineQuery(conversationId)
  const isOpen = queryClient.getQueryCache().find({ queryKey })?.isActive()
  if (isOpen) {
    const message = await readMessage(id).catch(() => null)
    if (message) return showMessage(queryClient, conversationId, message)
  }
  // the timeline reads it, at once or when it is opened
  void queryClient.invalidateQueries({ queryKey })
}

function showMessage(queryClient: QueryClient, conversationId: string, message: Message): void {
  changeTimeline(queryClient, conversationId, (pages) => placeMessage(pages, message))
  void queryClient.invalidateQueries({ queryKey: ['delivery', message.id] })
}

/** Removes the copy; our own message has its own event. */
export function forgetMessage(queryClient: QueryClient, conversationId: string, messageId: string): void {
  changeTimeline(queryClient, conversationId, (pages) => dropEntry(pages, messageId))
}
