import type { Icon } from '@tabler/icons-react'
import type { QueryClient } from '@tanstack/react-query'
import type { Conversation, Inbox, Me } from '../api/types.ts'
import type { View } from '../views/view.ts'

/** The state that actions act on: the view, the open conversation and the targets. */
export interface ActionContext {
  queryClient: QueryClient
  me: Me
  inboxes: Inbox[]
  view: View | null
  /** The id of the open conversation. */
  openId: string | null
  /** The conversations that an action acts on: the selection, else the open conversation, else the row that has the focus. */
  targets: Conversation[]
  navigate(path: string): void
  /** Moves to a conversation of the view: its row is highlighted at once, and its thread is rendered after that was painted. */
  open(id: string): void
  /** Renders the thread of the highlighted row, if that has not happened yet. */
  arrive(): void
  /** The current open conversation and targets: a key may be pressed before the effect of the last one is rendered. */
  now(): Pick<ActionContext, 'openId' | 'targets'>
}

/** The part of the context that the list of conversations has. */
export type ListContext = Pick<ActionContext, 'openId' | 'targets' | 'navigate' | 'open' | 'arrive' | 'now'>

/** The view and conversation in the address, and the function that changes it. */
export interface Whereabouts {
  view: View | null
  conversationId: string | null
  /** The conversation in the URL, which is rendered a moment later. */
  nextId: string | null
  go(path: string): void
}

/** The groups, in the order in which they are listed. */
export const actionGroups = ['conversation', 'list', 'go', 'app'] as const

type ActionGroup = (typeof actionGroups)[number]

/** An action of the app. Buttons, menus, the command bar, keys and the help are made from it. */
export interface Action {
  id: string
  group: ActionGroup
  name: (context: ActionContext) => string
  icon: Icon
  /** The keys, one after the other, as they are shown: 'E', 'G I', 'Mod+K'. */
  shortcut?: string
  /** A key that does the same in the list, where it scrolls elsewhere. */
  listKey?: string
  /** Further search terms for the command bar. */
  keywords?: string
  isVisible: (context: ActionContext) => boolean
  perform: (context: ActionContext) => void
}
