import type { Icon } from '@tabler/icons-react'
import type { QueryClient } from '@tanstack/react-query'
import type { Conversation, Inbox, Me } from '../api/types.ts'
import type { View } from '../views/view.ts'

/** Where the teammate is and what an action would act on. */
export interface ActionContext {
  queryClient: QueryClient
  me: Me
  inboxes: Inbox[]
  view: View | null
  /** The conversation that is open in the thread. */
  openId: string | null
  /** What the action is for: the selection, else the open conversation, else the row that has the focus. */
  targets: Conversation[]
  navigate(path: string): void
  /** Goes on to a conversation of the view: its row is marked at once, its thread comes after that was painted. */
  open(id: string): void
  /** Brings the thread that is still to come. */
  arrive(): void
  /** What is open and what actions are for at this moment: a key may come before the screen shows what the last one did. */
  now(): Pick<ActionContext, 'openId' | 'targets'>
}

/** What the list of conversations knows of it. */
export type ListContext = Pick<ActionContext, 'openId' | 'targets' | 'navigate' | 'open' | 'arrive' | 'now'>

/** What the address says, and how to change it. */
export interface Whereabouts {
  view: View | null
  conversationId: string | null
  /** What the address says already, where the screen follows a moment later. */
  nextId: string | null
  go(path: string): void
}

/** In the order in which they are listed. */
export const actionGroups = ['conversation', 'list', 'go', 'app'] as const

type ActionGroup = (typeof actionGroups)[number]

/** Defined once; feeds buttons, menus, the command bar, keys and the help. */
export interface Action {
  id: string
  group: ActionGroup
  name: (context: ActionContext) => string
  icon: Icon
  /** Keys pressed one after the other, as they are shown: 'E', 'G I', 'Mod+K'. */
  shortcut?: string
  /** A key that does the same in the list, where it scrolls elsewhere. */
  listKey?: string
  /** Further words the command bar finds it by. */
  keywords?: string
  isVisible: (context: ActionContext) => boolean
  perform: (context: ActionContext) => void
}
