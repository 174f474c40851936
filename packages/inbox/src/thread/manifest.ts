import type { Manifest } from '../manifest/manifest.ts'
import { loadRows } from '../timeline/kinds.ts'
import { DialogFailed } from '../ui/dialogs/DialogFailed.tsx'
import { loadWhenShown } from '../ui/load-when-shown.tsx'
import { loadPage } from '../ui/pages/load-page.tsx'
import { threadActions } from './actions.ts'

export const thread: Manifest = {
  panes: { conversation: loadPage(loadThread, 'Thread') },
  actions: Object.values(threadActions),
  dialogs: {
    details: loadWhenShown(async () => ({ default: (await import('./DetailsSheet.tsx')).DetailsSheet }), DialogFailed),
  },
}

async function loadThread() {
  const rows = loadRows()
  const { Thread } = await import('./Thread.tsx')
  await rows
  return { Thread }
}
