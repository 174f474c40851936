import type { Icon } from '@tabler/icons-react'
import type { Action } from '../actions/action.ts'
import type { Conversation } from '../api/types.ts'

/** Something that a noun says of a conversation: in its row, and above its thread as the button that changes it. */
export interface Mark {
  label: string
  of(conversation: Conversation): ShownMark
  change: Action
}

interface ShownMark {
  name: string
  icon: Icon
  tone?: 'danger' | 'warning'
  /** As usual: a row does not say it. */
  isUsual?: boolean
}

let all: Mark[] = []

export function registerMarks(given: Mark[]): void {
  all = given
}

export const conversationMarks = () => all
