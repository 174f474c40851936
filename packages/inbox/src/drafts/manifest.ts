import type { Manifest } from '../manifest/manifest.ts'
import { onEvent, onNews } from './on-event.ts'

export const drafts: Manifest = { onEvent, onNews }
