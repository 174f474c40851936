import type { Manifest } from '../manifest/manifest.ts'
import { EventLines } from './EventLines.tsx'
import { eventRows } from './timeline-rows.ts'

export const events: Manifest = { timeline: [{ ...eventRows, Row: EventLines }] }
