import type { Icon } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import type { Conversation } from '../api/types.ts'

/** A feature's badge on a conversation: an icon in its row, and above its thread the button that changes it. */
export interface Badge {
  label: string
  of(conversation: Conversation): ShownBadge
  change: Action
}

interface ShownBadge {
  name: string
  icon: Icon
  tone?: 'danger' | 'warning'
  /** Rows leave the usual value out. */
  isUsual?: boolean
}

let all: Badge[] = []

export function registerBadges(badges: Badge[]): void {
  all = badges
}

export const conversationBadges = () => all
