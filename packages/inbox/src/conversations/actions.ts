import {
  IconAlertOctagon,
  IconArchive,
  IconArrowBackUp,
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowLeft,
  IconArrowUp,
  IconCornerDownLeft,
  IconInbox,
  IconMailOpened,
  IconRestore,
  IconSquareCheck,
  IconTrash,
  IconUserCheck,
  IconUserOff,
  IconUserPlus,
} from '@tabler/icons-react'
import type { Action, ActionContext } from '../actions/action.ts'
import type { Conversation } from '../api/types.ts'
import { focusComposer } from '../drafts/composer-focus.ts'
import { s } from '../strings/strings.ts'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { viewPath } from '../views/view.ts'
import { list } from './list-state.ts'
import { archive, assign, markSpam, markUnread, reopen, restore, trash } from './verbs.ts'

const isArchived = (conversation: Conversation) => conversation.status === 'archived'
const isInTrash = (conversation: Conversation) => conversation.status === 'deleted'
const isActive = (conversation: Conversation) => !isArchived(conversation) && !isInTrash(conversation)
/** Whether the conversation can be assigned: one in the trash cannot. */
export const isAssignable = ({ targets }: ActionContext) => targets.length > 0 && !targets.some(isInTrash)
const inView = ({ view }: ActionContext) => view !== null

/** Leaves what was just dealt with: the next conversation opens, as one works down a list. */
export function moveOn(context: ActionContext): void {
  const { view, openId, targets, navigate, open } = context
  if (!view || !openId || !targets.some((target) => target.id === openId)) return
  const next = list.neighbour(openId, 1) ?? list.neighbour(openId, -1)
  if (next) open(next)
  else navigate(viewPath(view))
}

function throwAway(context: ActionContext, verb: typeof trash): void {
  const goBack = wayBack(context)
  moveOn(context)
  verb(
    context.queryClient,
    context.targets.filter((target) => !isInTrash(target)),
    goBack,
  )
  list.clearSelection()
}

/** Back to the open conversation, for an action that leaves it. */
export function wayBack({ view, openId, targets, navigate }: ActionContext): () => void {
  if (!openId || !targets.some((target) => target.id === openId)) return () => {}
  return () => navigate(view ? viewPath(view, openId) : `/conversations/${openId}`)
}

function step(context: ActionContext, by: 1 | -1): void {
  goTo(context, list.neighbour(context.openId ?? list.focusedId(), by))
}

/** Moves the focus to a row, and opens its conversation when one is open. */
function goTo(context: ActionContext, id: string | undefined): void {
  if (!id || !context.view) return
  if (context.openId) context.open(id)
  else list.focus(id)
}

/** The actions on conversations and in their list. */
export const conversationActions = {
  reply: {
    id: 'reply',
    group: 'conversation',
    name: () => s.actions.reply,
    icon: IconArrowBackUp,
    shortcut: 'R',
    isVisible: ({ openId }) => openId !== null,
    perform: ({ openId, arrive }) => {
      // the text goes to the conversation being opened, even while the previous one is shown
      arrive()
      if (openId) focusComposer(openId)
    },
  },
  archive: {
    id: 'archive',
    group: 'conversation',
    name: () => s.actions.archive,
    icon: IconArchive,
    shortcut: 'E',
    keywords: 'done close finish',
    isVisible: ({ targets }) => targets.some(isActive),
    perform: (context) => {
      const goBack = wayBack(context)
      moveOn(context)
      archive(context.queryClient, context.targets.filter(isActive), goBack)
      list.clearSelection()
    },
  },
  reopen: {
    id: 'reopen',
    group: 'conversation',
    name: () => s.actions.reopen,
    icon: IconInbox,
    shortcut: 'Shift+E',
    keywords: 'unarchive',
    isVisible: ({ targets }) => targets.length > 0 && targets.every(isArchived),
    perform: (context) => {
      reopen(context.queryClient, context.targets)
      list.clearSelection()
    },
  },
  trash: {
    id: 'trash',
    group: 'conversation',
    name: () => s.actions.trash,
    icon: IconTrash,
    shortcut: '#',
    keywords: 'delete remove bin',
    isVisible: ({ targets }) => targets.some((target) => !isInTrash(target)),
    perform: (context) => throwAway(context, trash),
  },
  spam: {
    id: 'spam',
    group: 'conversation',
    name: () => s.actions.spam,
    icon: IconAlertOctagon,
    shortcut: '!',
    keywords: 'junk',
    isVisible: ({ targets }) => targets.some((target) => !isInTrash(target)),
    perform: (context) => throwAway(context, markSpam),
  },
  restore: {
    id: 'restore',
    group: 'conversation',
    name: () => s.actions.restore,
    icon: IconRestore,
    shortcut: 'Shift+R',
    keywords: 'untrash not spam undelete',
    isVisible: ({ targets }) => targets.length > 0 && targets.every(isInTrash),
    perform: (context) => {
      const goBack = wayBack(context)
      moveOn(context)
      restore(context.queryClient, context.targets, goBack)
      list.clearSelection()
    },
  },
  assign: {
    id: 'assign',
    group: 'conversation',
    name: () => s.actions.assign,
    icon: IconUserPlus,
    shortcut: 'A',
    keywords: 'hand over delegate',
    isVisible: isAssignable,
    perform: () => dialogStore.open('assign'),
  },
  assignToMe: {
    id: 'assignToMe',
    group: 'conversation',
    name: () => s.actions.assignToMe,
    icon: IconUserCheck,
    shortcut: 'M',
    keywords: 'take mine',
    isVisible: (context) =>
      isAssignable(context) && context.targets.some((target) => target.assignee?.id !== context.me.id),
    perform: ({ queryClient, targets, me }) => assign(queryClient, targets, me),
  },
  unassign: {
    id: 'unassign',
    group: 'conversation',
    name: () => s.actions.unassign,
    icon: IconUserOff,
    isVisible: ({ targets }) => targets.some((target) => target.assignee !== null),
    perform: ({ queryClient, targets }) => assign(queryClient, targets, null),
  },
  markUnread: {
    id: 'markUnread',
    group: 'conversation',
    name: () => s.actions.markUnread,
    icon: IconMailOpened,
    shortcut: 'U',
    isVisible: ({ targets }) => targets.some((target) => !target.unread),
    perform: (context) => {
      const { view, openId, queryClient, targets, navigate } = context
      const goBack = wayBack(context)
      if (view && openId && targets.some((target) => target.id === openId)) {
        navigate(viewPath(view))
        list.focus(openId)
      }
      markUnread(queryClient, targets, goBack)
    },
  },
  next: {
    id: 'next',
    group: 'list',
    name: () => s.actions.next,
    icon: IconArrowDown,
    shortcut: 'J',
    listKey: 'ArrowDown',
    isVisible: inView,
    perform: (context) => step(context, 1),
  },
  previous: {
    id: 'previous',
    group: 'list',
    name: () => s.actions.previous,
    icon: IconArrowUp,
    shortcut: 'K',
    listKey: 'ArrowUp',
    isVisible: inView,
    perform: (context) => step(context, -1),
  },
  first: {
    id: 'first',
    group: 'list',
    name: () => s.actions.first,
    icon: IconArrowBarToUp,
    listKey: 'Home',
    isVisible: inView,
    perform: (context) => goTo(context, list.end('first')),
  },
  last: {
    id: 'last',
    group: 'list',
    name: () => s.actions.last,
    icon: IconArrowBarToDown,
    listKey: 'End',
    isVisible: inView,
    perform: (context) => goTo(context, list.end('last')),
  },
  open: {
    id: 'open',
    group: 'list',
    name: () => s.actions.open,
    icon: IconCornerDownLeft,
    shortcut: 'Enter',
    isVisible: ({ view, openId }) => view !== null && openId === null && list.focusedId() !== null,
    perform: ({ view, navigate }) => {
      const id = list.focusedId()
      if (view && id) navigate(viewPath(view, id))
    },
  },
  back: {
    id: 'back',
    group: 'list',
    name: () => s.actions.back,
    icon: IconArrowLeft,
    shortcut: 'Escape',
    isVisible: ({ view, openId }) => view !== null && (openId !== null || list.selectedIds().size > 0),
    perform: ({ view, openId, navigate }) => {
      if (list.selectedIds().size > 0) return list.clearSelection()
      if (!view || !openId) return
      navigate(viewPath(view))
      list.focus(openId)
    },
  },
  select: {
    id: 'select',
    group: 'list',
    name: () => s.actions.select,
    icon: IconSquareCheck,
    shortcut: 'X',
    isVisible: ({ view, openId }) => view !== null && (openId ?? list.focusedId()) !== null,
    perform: ({ openId }) => {
      const id = openId ?? list.focusedId()
      if (id) list.toggleSelected(id)
    },
  },
} satisfies Record<string, Action>
