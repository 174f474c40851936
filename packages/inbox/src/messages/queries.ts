import { infiniteQueryOptions, type QueryClient } from '@tanstack/react-query'
import { nextToken } from '../api/paging.ts'
import { request } from '../api/request.ts'
import type { Delivery, Message, Page } from '../api/types.ts'
import { recentEvents } from '../live/recent-events.ts'
import { type MessagePage, type MessagePages, placeDelivery, placeMessage } from './thread-cache.ts'

/** A conversation's messages, newest page first; the next page is older. */
export function threadQuery(conversationId: string) {
  return infiniteQueryOptions({
    queryKey: ['messages', conversationId],
    queryFn: async ({ pageParam, signal }): Promise<MessagePage> => {
      const query = { limit: 50, page_token: pageParam ?? undefined }
      const path = `/conversations/${conversationId}/messages`
      const { body, cursor } = await request<Page<Message>>('GET', path, { query, signal })
      const page = { messages: body._results, next: nextToken(body) }
      return pageParam === null && cursor !== null ? catchUp(page, conversationId, cursor) : page
    },
    initialPageParam: null as string | null,
    getNextPageParam: (oldest) => oldest.next,
    staleTime: 60_000,
  })
}

/** Brings the newest page, read at `cursor`, up to what was heard since. */
function catchUp(page: MessagePage, conversationId: string, cursor: number): MessagePage {
  let pages: MessagePages = { pages: [page], pageParams: [null] }
  for (const { conversation, target } of recentEvents.after(cursor)) {
    if (conversation?.id !== conversationId || target?._meta.type !== 'message' || !target.data) continue
    pages = placeMessage(pages, target.data as Message)
  }
  return pages.pages[0] ?? page
}

/** Shows what a POST made, unless the stream was faster: then what it brought is newer. */
export function showNewMessage(queryClient: QueryClient, conversationId: string, message: Message): void {
  if (recentEvents.lastAbout(message.id) === 0) showMessage(queryClient, conversationId, message)
}

export function showMessage(queryClient: QueryClient, conversationId: string, message: Message): void {
  changeThread(queryClient, conversationId, (pages) => placeMessage(pages, message))
  void queryClient.invalidateQueries({ queryKey: ['delivery', message.id] })
}

export function showDelivery(queryClient: QueryClient, conversationId: string, messageId: string, delivery: Delivery) {
  changeThread(queryClient, conversationId, (pages) => placeDelivery(pages, messageId, delivery))
  void queryClient.invalidateQueries({ queryKey: ['delivery', messageId] })
}

function changeThread(queryClient: QueryClient, conversationId: string, change: (pages: MessagePages) => MessagePages) {
  queryClient.setQueryData<MessagePages>(threadQuery(conversationId).queryKey, (pages) => pages && change(pages))
}
