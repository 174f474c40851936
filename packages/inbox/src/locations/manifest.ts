import type { Manifest } from '../manifest/manifest.ts'
import { DialogLoadFailed } from '../ui/dialogs/DialogLoadFailed.tsx'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { loadDraftLocation, loadLocationDialog } from './load.ts'

export const locations: Manifest = {
  dialogs: { location: lazyWithFallback(loadLocationDialog, DialogLoadFailed) },
  preload: () => Promise.all([loadDraftLocation(), loadLocationDialog()]),
}
