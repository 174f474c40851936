import type { Manifest } from '../manifest/manifest.ts'
import { changesCounts, onEvent } from './on-event.ts'
import { takeBackHandler } from './take-back.ts'
import { cancelledRows } from './timeline-rows.ts'

export const deliveries: Manifest = {
  timeline: [
    { ...cancelledRows, loadRow: async () => ({ Row: (await import('./CancelledLines.tsx')).CancelledLines }) },
  ],
  outboxHandlers: { take_back: takeBackHandler },
  changesCounts,
  onEvent,
}
