import type { QueryClient } from '@tanstack/react-query'
import type { RouteComponent } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import type { Action, ListContext, Whereabouts } from '../actions/action.ts'
import type { CommandItemsLoader } from '../actions/command-items.ts'
import type { HubEvent } from '../api/types.ts'
import type { Badge } from '../badges/badges.ts'
import type { Preview } from '../badges/previews.ts'
import type { PanelLoader } from '../details/panels.ts'
import type { Item } from '../outbox/items.ts'
import type { OutboxHandler } from '../outbox/outbox.ts'
import type { LiveNews } from '../stream/stream.ts'
import type { EventTexts } from '../timeline/event-texts.ts'
import type { TimelineKind } from '../timeline/kinds.ts'
import type { View, ViewPerInbox } from '../views/view.ts'
import type { PageRoute } from './page-route.ts'
import type { SettingsLink } from './settings-link.ts'

/** The parts that a feature adds to the app. The app imports nothing else of it. */
export interface Manifest {
  /** Pages behind the sign-in. */
  routes?: PageRoute[]
  /** Pages for people who are not signed in. */
  publicRoutes?: PageRoute[]
  /** Pages below /settings by their paths there, each loaded when it is opened, and the links to them. */
  settings?: { pages: Record<string, RouteComponent>; links: SettingsLink[] }
  views?: (View | ViewPerInbox)[]
  /** Entries of the sidebar beside the views. */
  sidebar?: { section: SidebarSection; Entry: ComponentType }[]
  /** A badge beside an inbox in the sidebar. */
  InboxBadge?: ComponentType<{ inboxId: string }>
  actions?: Action[]
  /** Things that the command bar finds by name; loaded with the bar. */
  commandItems?: CommandItemsLoader
  /** Dialogs, by the name that opens them. */
  dialogs?: Record<string, ComponentType>
  /** The panes of a view: the list, the conversation, and the empty state while none is open. */
  panes?: { list?: RouteComponent; conversation?: RouteComponent; nothingOpen?: RouteComponent }
  /** Loads code and data that must work without a connection and would otherwise load when first shown. */
  preload?(): Promise<unknown>
  /** A line above every page, where there is something that everybody has to know. */
  Banner?: ComponentType
  /** A component that is always mounted and renders nothing. */
  Effects?: ComponentType
  /** The conversations that actions are for, and how to go on to another. */
  useListContext?: (where: Whereabouts) => ListContext
  /** Parts of the details beside a conversation; loaded when they are first shown. */
  details?: PanelLoader
  /** Badges of a conversation in rows and threads, each with the action that changes it. */
  badges?: Badge[]
  /** Previews in conversation rows, in place of the last message. */
  previews?: Preview[]
  /** The texts of events in a timeline, by the event's type. */
  eventTexts?: EventTexts
  /** Kinds of rows of a conversation's timeline. */
  timeline?: TimelineKind[]
  /** Functions that send items of the outbox to the hub, by the kind of item. */
  outboxHandlers?: Record<string, OutboxHandler<Item>>
  /** Whether an event changes the counts beside the views. It is asked before `onEvent` shows what happened. */
  changesCounts?(queryClient: QueryClient, event: HubEvent): boolean
  /** Brings what is cached up to an event of the stream. A repeated event changes nothing. */
  onEvent?(queryClient: QueryClient, event: HubEvent, myId: string): void
  /** Handles other messages of the stream, before the connection's new state is shown. */
  onNews?(news: LiveNews): void
}

export type SidebarSection = 'top' | 'inboxes' | 'views' | 'foot'
