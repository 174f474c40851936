import { IconTag } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { DialogLoadFailed } from '../ui/dialogs/DialogLoadFailed.tsx'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { t } from './strings.ts'

const loadPanel = () => import('./TagPanel.tsx')

const change: Action = {
  id: 'tag',
  group: 'conversation',
  name: () => t.change,
  icon: IconTag,
  shortcut: 'T',
  keywords: t.keywords,
  isVisible: ({ targets }) => targets.length > 0,
  perform: () => dialogStore.open('tags'),
}

export const tags: Manifest = {
  actions: [change],
  details: () => import('./details.tsx'),
  // rows show the tags themselves
  badges: [{ label: t.label, of: ({ tags }) => ({ name: String(tags.length), icon: IconTag, isUsual: true }), change }],
  dialogs: { tags: lazyWithFallback(loadPanel, DialogLoadFailed) },
  preload: () => loadPanel().then(({ preloadTags }) => preloadTags()),
  eventTexts: {
    tag: ({ data }, actor) => t.tagged(actor, String(data?.tag_name)),
    untag: ({ data }, actor) => t.untagged(actor, String(data?.tag_name)),
  },
  // which is rare, and may change every list
  onEvent: (queryClient, { type }) => void (type === 'tag_changed' && queryClient.invalidateQueries()),
}
