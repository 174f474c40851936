import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { isGone } from '../stream/gone.ts'
import { changeTimeline } from '../timeline/queries.ts'
import { announce } from '../ui/announcer.ts'
import { isMissed, partyName } from './state.ts'
import { t } from './strings.ts'
import { callOf, placeCall } from './timeline-rows.ts'

export function onEvent(queryClient: QueryClient, event: HubEvent): void {
  const call = callOf(event)
  const { conversation, type, data } = event
  if (!call || !conversation || isGone(conversation)) return
  changeTimeline(queryClient, conversation.id, (pages) => placeCall(pages, call))
  if (type === 'call_started' && call.direction === 'inbound') announce(t.announceRinging(partyName(call)))
  if (data?.unread === true && isMissed(call)) announce(t.announceMissed(partyName(call)))
}
