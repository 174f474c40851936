import type { Manifest } from '../manifest/manifest.ts'
import { changesCounts, onEvent } from './on-event.ts'
import { takeBackCourier } from './take-back.ts'
import { cancelledRows } from './timeline-rows.ts'

export const deliveries: Manifest = {
  timeline: [
    { ...cancelledRows, loadRow: async () => ({ Row: (await import('./CancelledLines.tsx')).CancelledLines }) },
  ],
  couriers: { take_back: takeBackCourier },
  changesCounts,
  onEvent,
}
