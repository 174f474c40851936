import { IconMoodPlus } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { reactionHandler } from './reacting.ts'
import { t } from './strings.ts'

/** The button of the message that has the focus, or else of the customer's newest on the screen. */
function reactButton(): HTMLElement | null {
  const focused = document.activeElement?.closest('#messages article')?.querySelector<HTMLElement>('[data-react]')
  return (
    focused ?? [...document.querySelectorAll<HTMLElement>('#messages [data-side="in"] [data-react]')].at(-1) ?? null
  )
}

const react: Action = {
  id: 'react',
  group: 'conversation',
  name: () => t.reactToNewest,
  icon: IconMoodPlus,
  shortcut: '+',
  keywords: 'reaction emoji like thumbs',
  isVisible: ({ openId }) => openId !== null && reactButton() !== null,
  perform: () => reactButton()?.click(),
}

export const reactions: Manifest = {
  actions: [react],
  outboxHandlers: { reaction: reactionHandler },
}
