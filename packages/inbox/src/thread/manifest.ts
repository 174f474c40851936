import { lazyRouteComponent } from '@tanstack/react-router'
import { lazy } from 'react'
import type { Manifest } from '../manifest/manifest.ts'
import { loadRows } from '../timeline/kinds.ts'
import { threadActions } from './actions.ts'

export const thread: Manifest = {
  panes: { conversation: lazyRouteComponent(loadThread, 'Thread') },
  actions: Object.values(threadActions),
  dialogs: { details: lazy(async () => ({ default: (await import('./DetailsSheet.tsx')).DetailsSheet })) },
}

async function loadThread() {
  const rows = loadRows()
  const { Thread } = await import('./Thread.tsx')
  await rows
  return { Thread }
}
