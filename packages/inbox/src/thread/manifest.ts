import { lazyRouteComponent } from '@tanstack/react-router'
import type { Manifest } from '../manifest/manifest.ts'
import { loadRows } from '../timeline/kinds.ts'

export const thread: Manifest = { panes: { conversation: lazyRouteComponent(loadThread, 'Thread') } }

async function loadThread() {
  const rows = loadRows()
  const { Thread } = await import('./Thread.tsx')
  await rows
  return { Thread }
}
