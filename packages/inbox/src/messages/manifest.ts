import type { Manifest } from '../manifest/manifest.ts'
import { onEvent } from './on-event.ts'
import { messageRows } from './timeline-rows.ts'

export const messages: Manifest = {
  timeline: [{ ...messageRows, loadRow: async () => ({ Row: (await import('./MessageCard.tsx')).MessageCard }) }],
  onEvent,
}
