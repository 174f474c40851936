import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'
import { isGone } from '../stream/gone.ts'

/** A contact may be seen in the conversations that one may see: of one that went, it is asked for again. */
export function onEvent(queryClient: QueryClient, { conversation }: HubEvent): void {
  if (conversation && isGone(conversation)) void queryClient.resetQueries({ queryKey: ['contact'] })
}
