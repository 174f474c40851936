import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { isGone } from '../stream/gone.ts'

/** Loads a contact again when one of its conversations became invisible: the contact may be, too. */
export function onEvent(queryClient: QueryClient, { conversation }: HubEvent): void {
  if (conversation && isGone(conversation)) void queryClient.resetQueries({ queryKey: ['contact'] })
}
