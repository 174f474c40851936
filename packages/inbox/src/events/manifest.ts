import type { Manifest } from '../manifest/manifest.ts'
import { onEvent } from './on-event.ts'
import { eventRows } from './timeline-rows.ts'

export const events: Manifest = {
  timeline: [{ ...eventRows, loadRow: async () => ({ Row: (await import('./EventEntries.tsx')).EventEntries }) }],
  onEvent,
}
