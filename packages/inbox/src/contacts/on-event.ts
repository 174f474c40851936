import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { isGone } from '../stream/gone.ts'

/** Loads contacts again when one was changed, or when a conversation became invisible: its contact may be, too. */
export function onEvent(queryClient: QueryClient, { type, conversation }: HubEvent): void {
  if (type === 'contact_changed' || (conversation && isGone(conversation)))
    void queryClient.resetQueries({ queryKey: ['contact'] })
}
