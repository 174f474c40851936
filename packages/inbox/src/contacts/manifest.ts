import type { Manifest } from '../manifest/manifest.ts'
import { onEvent } from './on-event.ts'

export const contacts: Manifest = { details: () => import('./details.ts'), onEvent }
