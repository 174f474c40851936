import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { request } from '../api/request.ts'
import type { Delivery } from '../api/types.ts'
import { recentEvents } from '../stream/recent-events.ts'
import { mapEntries } from '../timeline/pages.ts'
import { changeTimeline, timelineQuery } from '../timeline/queries.ts'
import { toast } from '../ui/toasts/toasts.ts'

export function deliveryQuery(messageId: string) {
  return queryOptions({
    queryKey: ['delivery', messageId],
    queryFn: async ({ signal }) => (await request('GET', `/messages/${messageId}/delivery`, { signal })).body,
  })
}

export function showDelivery(queryClient: QueryClient, conversationId: string, messageId: string, delivery: Delivery) {
  changeTimeline(queryClient, conversationId, (pages) =>
    mapEntries(pages, (entry) =>
      entry.kind === 'message' && entry.message.id === messageId
        ? { ...entry, message: { ...entry.message, delivery } }
        : entry,
    ),
  )
  void queryClient.invalidateQueries({ queryKey: ['delivery', messageId] })
}

export type DeliveryRoute = 'retry' | 'send_again' | 'mark_as_sent' | 'dismiss' | 'try_now' | 'cancel'

/** Performs an action on a delivery and shows the hub's response; returns true when it succeeded. */
export async function changeDelivery(
  queryClient: QueryClient,
  conversationId: string,
  messageId: string,
  verb: DeliveryRoute,
): Promise<boolean> {
  const lastEvent = recentEvents.lastAbout(messageId)
  try {
    const { body } = await request('POST', `/messages/${messageId}/delivery/${verb}`)
    // the stream may have been faster, with a later state
    if (recentEvents.lastAbout(messageId) === lastEvent) showDelivery(queryClient, conversationId, messageId, body)
    return true
  } catch (error) {
    toast((error as Error).message, { tone: 'danger' })
    void queryClient.invalidateQueries({ queryKey: timelineQuery(conversationId).queryKey })
    return false
  }
}
