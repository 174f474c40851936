import type { QueryClient } from '@tanstack/react-query'
import type { HubEvent } from '../../api/types.ts'
import type { Manifest } from '../../manifest/manifest.ts'
import { recountSoon } from '../../views/unread.ts'

type Told = Pick<Manifest, 'changesCounts' | 'onEvent'>

/** Brings everything that is cached up to an event of the stream. Applying one twice changes nothing. */
export function applyEvent(features: readonly Told[], queryClient: QueryClient, event: HubEvent, myId: string): void {
  // judged by what was known before it
  const isCounted = features.some(({ changesCounts }) => changesCounts?.(queryClient, event))
  for (const { onEvent } of features) onEvent?.(queryClient, event, myId)
  if (isCounted) recountSoon(queryClient)
}
