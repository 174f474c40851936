import type { Manifest } from '../manifest/manifest.ts'
import { SendingCard } from './SendingCard.tsx'
import { sendingRows } from './timeline-rows.ts'

export const composer: Manifest = { timeline: [{ ...sendingRows, Row: SendingCard }] }
