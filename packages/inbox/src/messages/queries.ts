import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { nextToken } from '../api/paging.ts'
import { request } from '../api/request.ts'
import type { Delivery, EventType, HubEvent, Message } from '../api/types.ts'
import { recentEvents } from '../stream/recent-events.ts'
import {
  addEvent,
  dropMessage,
  type MessagePage,
  type MessagePages,
  placeDelivery,
  placeExcerpt,
  placeMessage,
} from './thread-cache.ts'

/** The events that are lines of a thread. */
const lineTypes: ReadonlySet<EventType> = new Set(['assign', 'unassign', 'archive', 'reopen', 'trash', 'restore'])

/** A conversation's timeline, newest page first; the next page is older. */
export function threadQuery(conversationId: string) {
  return infiniteQueryOptions({
    queryKey: ['messages', conversationId],
    queryFn: async ({ pageParam, signal }): Promise<MessagePage> => {
      const query = { limit: 50, page_token: pageParam ?? undefined }
      const path = `/conversations/${conversationId}/timeline` as const
      const { body, cursor } = await request('GET', path, { query, signal })
      const page = {
        messages: body._results.flatMap((item) => (item.kind === 'message' ? item.message : [])),
        events: body._results.flatMap((item) => (item.kind === 'event' ? item.event : [])),
        next: nextToken(body),
      }
      return pageParam === null && cursor !== null ? catchUp(page, conversationId, cursor) : page
    },
    initialPageParam: null as string | null,
    getNextPageParam: (oldest) => oldest.next,
    staleTime: 60_000,
  })
}

/** Brings the newest page, read at `cursor`, up to what was heard since. */
async function catchUp(page: MessagePage, conversationId: string, cursor: number): Promise<MessagePage> {
  let pages: MessagePages = { pages: [page], pageParams: [null] }
  for (const event of recentEvents.after(cursor)) {
    const { conversation, target, type, data } = event
    if (conversation?.id !== conversationId) continue
    if (lineTypes.has(type)) pages = addEvent(pages, event)
    if (type === 'message_united') pages = dropMessage(pages, String(data?.message_id))
    if (target?._meta.type !== 'message' || !target.data) continue
    const heard = target.data as Message
    const kept = heard.is_excerpt ? placeExcerpt(pages, heard) : placeMessage(pages, heard)
    pages = kept ?? placeMessage(pages, await readMessage(heard.id))
  }
  return pages.pages[0] ?? page
}

async function readMessage(id: string): Promise<Message> {
  return (await request('GET', `/messages/${id}`)).body
}

/** Shows what a POST made, unless the stream was faster: then what it brought is newer, if it was more than an excerpt. */
export function showNewMessage(queryClient: QueryClient, conversationId: string, message: Message): void {
  const pages = queryClient.getQueryData<MessagePages>(threadQuery(conversationId).queryKey)
  const isThere = pages?.pages.some((page) => page.messages.some(({ id }) => id === message.id))
  if (!isThere || recentEvents.lastAbout(message.id) === 0) showMessage(queryClient, conversationId, message)
}

/** Shows a message of an event. Of a long one the event has an excerpt: what is not known yet is read. */
export function showHeard(queryClient: QueryClient, conversationId: string, heard: Message): void {
  if (!heard.is_excerpt) {
    showMessage(queryClient, conversationId, heard)
    return
  }
  const { queryKey } = threadQuery(conversationId)
  const pages = queryClient.getQueryData<MessagePages>(queryKey)
  const kept = pages && placeExcerpt(pages, heard)
  if (kept) queryClient.setQueryData<MessagePages>(queryKey, kept)
  else if (pages) reading = reading.then(() => readInto(queryClient, conversationId, heard.id))
  void queryClient.invalidateQueries({ queryKey: ['delivery', heard.id] })
}

/** One after the other: a burst of long messages comes in its order, and asks the hub for one at a time. */
let reading = Promise.resolve()

async function readInto(queryClient: QueryClient, conversationId: string, id: string): Promise<void> {
  const { queryKey } = threadQuery(conversationId)
  const isOpen = queryClient.getQueryCache().find({ queryKey })?.isActive()
  if (isOpen) {
    const message = await readMessage(id).catch(() => null)
    if (message) return showMessage(queryClient, conversationId, message)
  }
  // it comes with the thread, at once or when somebody opens it
  void queryClient.invalidateQueries({ queryKey })
}

function showMessage(queryClient: QueryClient, conversationId: string, message: Message): void {
  changeThread(queryClient, conversationId, (pages) => placeMessage(pages, message))
  void queryClient.invalidateQueries({ queryKey: ['delivery', message.id] })
}

/** A line of the thread; other events are none. */
export function showLine(queryClient: QueryClient, conversationId: string, event: HubEvent): void {
  if (lineTypes.has(event.type)) changeThread(queryClient, conversationId, (pages) => addEvent(pages, event))
}

/** The copy goes; ours, which it was, comes with an event of its own. */
export function forgetMessage(queryClient: QueryClient, conversationId: string, messageId: string): void {
  changeThread(queryClient, conversationId, (pages) => dropMessage(pages, messageId))
}

export function showDelivery(queryClient: QueryClient, conversationId: string, messageId: string, delivery: Delivery) {
  changeThread(queryClient, conversationId, (pages) => placeDelivery(pages, messageId, delivery))
  void queryClient.invalidateQueries({ queryKey: ['delivery', messageId] })
}

function changeThread(queryClient: QueryClient, conversationId: string, change: (pages: MessagePages) => MessagePages) {
  queryClient.setQueryData<MessagePages>(threadQuery(conversationId).queryKey, (pages) => pages && change(pages))
}
