import type { Manifest } from '../manifest/manifest.ts'
import { CancelledLines } from './CancelledLines.tsx'
import { cancelledRows } from './timeline-rows.ts'

export const deliveries: Manifest = { timeline: [{ ...cancelledRows, Row: CancelledLines }] }
