import { IconTag } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import type { Tag } from '../api/types.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { DialogLoadFailed } from '../ui/dialogs/DialogLoadFailed.tsx'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { loadPage } from '../ui/pages/load-page.tsx'
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
  settings: {
    links: [{ group: 'company', order: 4, to: '/settings/tags', name: 'tags', icon: IconTag }],
    pages: {
      '/tags': loadPage(() => import('./TagsPage.tsx'), 'TagsPage'),
      '/tags/new': loadPage(() => import('./NewTagPage.tsx'), 'NewTagPage'),
      '/tags/$tagId': loadPage(() => import('./TagPage.tsx'), 'TagPage'),
    },
  },
  eventTexts: {
    tag: ({ data }, actor) => t.tagged(actor, String(data?.tag_name)),
    untag: ({ data }, actor) => t.untagged(actor, String(data?.tag_name)),
  },
  onEvent(queryClient, { type, target }) {
    if (type !== 'tag_changed') return
    const tag = target?.data as Tag | null | undefined
    const isNew = tag && tag.created_at === tag.updated_at
    // one that was changed or deleted may stand in every list; that is rare
    void queryClient.invalidateQueries(isNew ? { queryKey: ['tags'] } : {})
  },
}
