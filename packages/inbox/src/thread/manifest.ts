import type { Manifest } from '../manifest/manifest.ts'
import { loadRows } from '../timeline/kinds.ts'
import { DialogLoadFailed } from '../ui/dialogs/DialogLoadFailed.tsx'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { loadPage } from '../ui/pages/load-page.tsx'
import { threadActions } from './actions.ts'

export const thread: Manifest = {
  panes: { conversation: loadPage(loadThread, 'Thread') },
  actions: Object.values(threadActions),
  dialogs: {
    details: lazyWithFallback(
      async () => ({ default: (await import('./DetailsSheet.tsx')).DetailsSheet }),
      DialogLoadFailed,
    ),
  },
}

async function loadThread() {
  const rows = loadRows()
  const { Thread } = await import('./Thread.tsx')
  await rows
  return { Thread }
}
