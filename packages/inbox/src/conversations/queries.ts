import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query'
import { nextToken } from '../api/paging.ts'
import { request } from '../api/request.ts'
import type { Conversation } from '../api/types.ts'
import { isGone } from '../stream/gone.ts'
import { recentEvents } from '../stream/recent-events.ts'
import { idOf } from '../timeline/pages.ts'
import { timelineQuery } from '../timeline/queries.ts'
import type { View } from '../views/view.ts'
import {
  type ConversationPage,
  type ConversationPages,
  placeConversation,
  positionOf,
  withoutConversation,
} from './list-cache.ts'
import { unreadAfter } from './unread-after.ts'
import { withWaiting } from './waiting.ts'

const pageSize = 50

/** The pages of a view, newest activity first. Live changes are applied to them as they arrive. */
export function conversationListQuery(view: View, myId: string) {
  return infiniteQueryOptions({
    queryKey: ['conversations', view.key],
    queryFn: async ({ pageParam, signal }): Promise<ConversationPage> => {
      const query = { ...view.filter, limit: pageSize, page_token: pageParam ?? undefined }
      const { body, cursor } = await request('GET', '/conversations', { query, signal })
      const last = body._results.at(-1)
      const page = { conversations: body._results, next: nextToken(body), end: last ? positionOf(last) : null }
      return waitingShown(cursor === null ? page : catchUp(page, view, cursor, myId), view, myId)
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    staleTime: 60_000,
    meta: { view },
  })
}

/**
 * Applies the events since `cursor` to a page. A conversation that moved up to the first page is on an older one too; the list
 * shows its first occurrence.
 */
function catchUp(page: ConversationPage, view: View, cursor: number, myId: string): ConversationPage {
  let pages: ConversationPages = { pages: [page], pageParams: [null] }
  const unread = new Map(page.conversations.map((conversation) => [conversation.id, conversation.unread]))
  for (const event of recentEvents.after(cursor)) {
    if (!event.conversation) continue
    const { id } = event.conversation
    if (isGone(event.conversation)) {
      pages = withoutConversation(pages, id)
      continue
    }
    unread.set(id, unreadAfter(event, unread.get(id)) ?? false)
    pages = placeConversation(pages, view, { ...event.conversation, unread: unread.get(id) === true }, myId)
  }
  return pages.pages[0] ?? page
}

/** Applies the queued changes of this device. */
function waitingShown(page: ConversationPage, view: View, myId: string): ConversationPage {
  const conversations = page.conversations.map(withWaiting).filter((conversation) => view.matches(conversation, myId))
  return { ...page, conversations }
}

export async function readConversation(id: string, signal?: AbortSignal): Promise<Conversation> {
  return (await request('GET', `/conversations/${id}`, { signal })).body
}

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: async ({ signal }) => withWaiting(await readConversation(id, signal)),
    staleTime: 60_000,
  })
}

/** All that were loaded, each once. */
export function knownConversations(queryClient: QueryClient): Conversation[] {
  const listed = queryClient.getQueriesData<ConversationPages>({ queryKey: ['conversations'] })
  const alone = queryClient.getQueriesData<Conversation>({ queryKey: ['conversation'] })
  const all = [
    ...listed.flatMap(([, pages]) => pages?.pages.flatMap((page) => page.conversations) ?? []),
    ...alone.flatMap(([, conversation]) => conversation ?? []),
  ]
  return [...new Map(all.map((conversation) => [conversation.id, conversation])).values()]
}

/** The conversation as any list or the thread has it. */
export function knownConversation(queryClient: QueryClient, id: string): Conversation | undefined {
  const alone = queryClient.getQueryData(conversationQuery(id).queryKey)
  if (alone) return alone
  for (const [, pages] of queryClient.getQueriesData<ConversationPages>({ queryKey: ['conversations'] })) {
    const found = pages?.pages.flatMap((page) => page.conversations).find((conversation) => conversation.id === id)
    if (found) return found
  }
  return undefined
}

/** Shows a conversation as the hub has it. */
export async function rereadConversation(queryClient: QueryClient, id: string, myId: string): Promise<void> {
  const conversation = await queryClient.fetchQuery({ ...conversationQuery(id), staleTime: 0 }).catch(() => null)
  if (conversation) showConversation(queryClient, conversation, myId)
}

/** Shows a conversation as it is now, in the thread and in every list that was loaded. */
export function showConversation(queryClient: QueryClient, conversation: Conversation, myId: string): void {
  queryClient.setQueryData(conversationQuery(conversation.id).queryKey, conversation)
  for (const query of queryClient.getQueryCache().findAll({ queryKey: ['conversations'] })) {
    const view = query.meta?.view as View | undefined
    if (!view) continue
    queryClient.setQueryData<ConversationPages>(query.queryKey, (pages) =>
      pages ? placeConversation(pages, view, conversation, myId) : pages,
    )
  }
}

/** Removes a conversation that is no longer visible from every list and from the thread; its draft stays. */
export function forgetConversation(queryClient: QueryClient, id: string): void {
  recentEvents.forget(id)
  queryClient.setQueriesData<ConversationPages>(
    { queryKey: ['conversations'] },
    (pages) => pages && withoutConversation(pages, id),
  )
  const timeline = timelineQuery(id)
  for (const entry of queryClient.getQueryData(timeline.queryKey)?.pages.flatMap(({ entries }) => entries) ?? []) {
    queryClient.removeQueries({ queryKey: ['delivery', idOf(entry)] })
  }
  for (const { queryKey } of [conversationQuery(id), timeline]) void queryClient.resetQueries({ queryKey })
}

/** Forgets what is known of inboxes other than these. */
export function forgetOtherInboxes(queryClient: QueryClient, inboxIds: ReadonlySet<string>): void {
  const lost = knownConversations(queryClient)
    .filter(({ inbox_id }) => !inboxIds.has(inbox_id))
    .map(({ id }) => id)
  for (const id of lost) forgetConversation(queryClient, id)
}
