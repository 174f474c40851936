import type { Manifest } from '../manifest/manifest.ts'
import { MessageCard } from './MessageCard.tsx'
import { messageRows } from './timeline-rows.ts'

export const messages: Manifest = { timeline: [{ ...messageRows, Row: MessageCard }] }
