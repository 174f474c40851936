import type { Manifest } from '../manifest/manifest.ts'
import { changesCounts, onEvent } from './on-event.ts'
import { cancelledRows } from './timeline-rows.ts'
import { undoSendHandler } from './undo-send.ts'

export const deliveries: Manifest = {
  timeline: [
    { ...cancelledRows, loadRow: async () => ({ Row: (await import('./CancelledLines.tsx')).CancelledLines }) },
  ],
  outboxHandlers: { take_back: undoSendHandler },
  changesCounts,
  onEvent,
}
