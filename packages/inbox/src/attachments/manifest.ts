import type { Manifest } from '../manifest/manifest.ts'
import { DialogLoadFailed } from '../ui/dialogs/DialogLoadFailed.tsx'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'

const loadPictures = async () => ({ default: (await import('./Pictures.tsx')).Pictures })

export const attachments: Manifest = {
  dialogs: { pictures: lazyWithFallback(loadPictures, DialogLoadFailed) },
  preload: loadPictures,
}
