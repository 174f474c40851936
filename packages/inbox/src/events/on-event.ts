import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { isGone } from '../stream/gone.ts'
import { changeTimeline } from '../timeline/queries.ts'
import { withEvent } from './timeline-rows.ts'

export function onEvent(queryClient: QueryClient, event: HubEvent): void {
  const { conversation } = event
  if (!conversation || isGone(conversation)) return
  changeTimeline(queryClient, conversation.id, (pages) => withEvent(pages, event))
}
