import { IconAntennaBars2, IconAntennaBars3, IconAntennaBars5, IconUrgent } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import type { Conversation } from '../api/types.ts'
import { list } from '../conversations/list-state.ts'
import { setField } from '../conversations/verbs.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { choose } from '../ui/dialogs/choose.ts'
import { t } from './strings.ts'

type Priority = Conversation['priority']

const levels = {
  urgent: { name: t.levels.urgent, icon: IconUrgent, tone: 'danger' },
  high: { name: t.levels.high, icon: IconAntennaBars5, tone: 'warning' },
  normal: { name: t.levels.normal, icon: IconAntennaBars3, isUsual: true },
  low: { name: t.levels.low, icon: IconAntennaBars2 },
} as const

const change: Action = {
  id: 'priority',
  group: 'conversation',
  name: () => t.change,
  icon: IconAntennaBars5,
  shortcut: 'P',
  keywords: Object.values(t.levels).join(' '),
  isVisible: ({ targets }) => targets.length > 0,
  perform({ queryClient, targets }) {
    const current = new Set(targets.map(({ priority }) => priority))
    const choices = (Object.keys(levels) as Priority[]).map((id) => ({
      id,
      name: levels[id].name,
      icon: levels[id].icon,
      isCurrent: current.size === 1 && current.has(id),
      perform() {
        setField(queryClient, targets, 'priority', id, t.done(levels[id].name))
        list.clearSelection()
      },
    }))
    choose({ label: t.label, placeholder: t.filter, empty: t.none, choices })
  },
}

export const priorities: Manifest = {
  actions: [change],
  preload: () => import('../ui/dialogs/ChoiceDialog.tsx'),
  badges: [{ label: t.label, of: ({ priority = 'normal' }) => levels[priority], change }],
  eventTexts: { prioritize: ({ data }, actor) => t.setBy(actor)[data?.priority as Priority] ?? null },
}
