import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../api/types.ts'

export function onEvent(queryClient: QueryClient, { type }: HubEvent): void {
  if (type === 'inbox') void queryClient.invalidateQueries({ queryKey: ['inbox-teammates'] })
}
