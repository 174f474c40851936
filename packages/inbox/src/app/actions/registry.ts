import {
  IconAlertOctagon,
  IconArchive,
  IconArrowBackUp,
  IconArrowBarToDown,
  IconArrowBarToUp,
  IconArrowDown,
  IconArrowLeft,
  IconArrowUp,
  IconCommand,
  IconCornerDownLeft,
  IconInbox,
  IconKeyboard,
  IconMailOpened,
  IconPencilPlus,
  IconRestore,
  IconSendOff,
  IconSettings,
  IconSquareCheck,
  IconTrash,
  IconUser,
  IconUserCheck,
  IconUserOff,
  IconUserPlus,
} from '@tabler/icons-react'
import type { Action, ActionContext } from '../../actions/action.ts'
import type { Conversation } from '../../api/types.ts'
import { list } from '../../conversations/list-state.ts'
import { archive, assign, markSpam, markUnread, reopen, restore, trash } from '../../conversations/verbs.ts'
import { s } from '../../strings/strings.ts'
import { panels } from '../../ui/dialogs/panels.ts'
import { hasUndo, undoLast } from '../../ui/toasts/toasts.ts'
import { viewPath } from '../../views/view.ts'

const isArchived = (one: Conversation) => one.status === 'archived'
const isInTrash = (one: Conversation) => one.status === 'deleted'
const isActive = (one: Conversation) => !isArchived(one) && !isInTrash(one)
/** What is in the trash belongs to nobody anew. */
export const isAssignable = ({ targets }: ActionContext) => targets.length > 0 && !targets.some(isInTrash)
const inView = ({ view }: ActionContext) => view !== null

/** Leaves what was just dealt with: the next conversation opens, as one works down a list. */
export function moveOn(context: ActionContext): void {
  const { view, openId, targets, navigate } = context
  if (!view || !openId || !targets.some((one) => one.id === openId)) return
  const next = list.neighbour(openId, 1) ?? list.neighbour(openId, -1)
  navigate(viewPath(view, next))
}

function throwAway(context: ActionContext, verb: typeof trash): void {
  const goBack = wayBack(context)
  moveOn(context)
  verb(
    context.queryClient,
    context.targets.filter((one) => !isInTrash(one)),
    goBack,
  )
  list.clearSelection()
}

/** Back to the open conversation, for an action that leaves it. */
export function wayBack({ view, openId, targets, navigate }: ActionContext): () => void {
  if (!openId || !targets.some((one) => one.id === openId)) return () => {}
  return () => navigate(view ? viewPath(view, openId) : `/conversations/${openId}`)
}

function step(context: ActionContext, by: 1 | -1): void {
  goTo(context, list.neighbour(context.openId ?? list.focusedId(), by))
}

/** The keys go to a row; an open conversation goes with them. */
function goTo(context: ActionContext, id: string | undefined): void {
  if (!id || !context.view) return
  list.focus(id)
  if (context.openId) context.navigate(viewPath(context.view, id))
}

export const actions = {
  reply: {
    id: 'reply',
    group: 'conversation',
    name: () => s.actions.reply,
    icon: IconArrowBackUp,
    shortcut: 'R',
    isVisible: ({ openId }) => openId !== null,
    perform: () => document.getElementById('composer')?.focus(),
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
    isVisible: ({ targets }) => targets.some((one) => !isInTrash(one)),
    perform: (context) => throwAway(context, trash),
  },
  spam: {
    id: 'spam',
    group: 'conversation',
    name: () => s.actions.spam,
    icon: IconAlertOctagon,
    shortcut: '!',
    keywords: 'junk',
    isVisible: ({ targets }) => targets.some((one) => !isInTrash(one)),
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
      moveOn(context)
      restore(context.queryClient, context.targets)
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
    perform: () => panels.open('assign'),
  },
  assignToMe: {
    id: 'assignToMe',
    group: 'conversation',
    name: () => s.actions.assignToMe,
    icon: IconUserCheck,
    shortcut: 'M',
    keywords: 'take mine',
    isVisible: (context) => isAssignable(context) && context.targets.some((one) => one.assignee?.id !== context.me.id),
    perform: ({ queryClient, targets, me }) => assign(queryClient, targets, me),
  },
  unassign: {
    id: 'unassign',
    group: 'conversation',
    name: () => s.actions.unassign,
    icon: IconUserOff,
    isVisible: ({ targets }) => targets.some((one) => one.assignee !== null),
    perform: ({ queryClient, targets }) => assign(queryClient, targets, null),
  },
  markUnread: {
    id: 'markUnread',
    group: 'conversation',
    name: () => s.actions.markUnread,
    icon: IconMailOpened,
    shortcut: 'U',
    isVisible: ({ targets }) => targets.some((one) => !one.unread),
    perform: (context) => {
      const { view, openId, queryClient, targets, navigate } = context
      const goBack = wayBack(context)
      if (view && openId && targets.some((one) => one.id === openId)) {
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
  goToInbox: {
    id: 'goToInbox',
    group: 'go',
    name: ({ inboxes }) => (inboxes[0] ? s.actions.goToInbox(inboxes[0].name) : s.actions.goToFirstInbox),
    icon: IconInbox,
    shortcut: 'G I',
    isVisible: ({ inboxes }) => inboxes.length > 0,
    perform: ({ inboxes, navigate }) => inboxes[0] && navigate(viewPath({ kind: 'inbox', inboxId: inboxes[0].id })),
  },
  goToAssigned: {
    id: 'goToAssigned',
    group: 'go',
    name: () => s.actions.goToAssigned,
    icon: IconUser,
    shortcut: 'G A',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/assigned'),
  },
  goToUndelivered: {
    id: 'goToUndelivered',
    group: 'go',
    name: () => s.actions.goToUndelivered,
    icon: IconSendOff,
    shortcut: 'G D',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/undelivered'),
  },
  goToArchived: {
    id: 'goToArchived',
    group: 'go',
    name: () => s.actions.goToArchived,
    icon: IconArchive,
    shortcut: 'G E',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/archived'),
  },
  goToTrash: {
    id: 'goToTrash',
    group: 'go',
    name: () => s.actions.goToTrash,
    icon: IconTrash,
    shortcut: 'G T',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/trash'),
  },
  goToSpam: {
    id: 'goToSpam',
    group: 'go',
    name: () => s.actions.goToSpam,
    icon: IconAlertOctagon,
    shortcut: 'G P',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/spam'),
  },
  goToSettings: {
    id: 'goToSettings',
    group: 'go',
    name: () => s.actions.goToSettings,
    icon: IconSettings,
    shortcut: 'G S',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/settings'),
  },
  newMessage: {
    id: 'newMessage',
    group: 'app',
    name: () => s.actions.newMessage,
    icon: IconPencilPlus,
    shortcut: 'N',
    keywords: 'compose write start',
    isVisible: () => true,
    perform: ({ navigate }) => navigate('/new'),
  },
  undo: {
    id: 'undo',
    group: 'app',
    name: () => s.actions.undo,
    icon: IconArrowBackUp,
    shortcut: 'Z',
    isVisible: hasUndo,
    perform: undoLast,
  },
  commands: {
    id: 'commands',
    group: 'app',
    name: () => s.actions.commands,
    icon: IconCommand,
    shortcut: 'Mod+K',
    isVisible: () => true,
    perform: () => panels.open('commands'),
  },
  help: {
    id: 'help',
    group: 'app',
    name: () => s.actions.help,
    icon: IconKeyboard,
    shortcut: '?',
    isVisible: () => true,
    perform: () => panels.open('help'),
  },
} satisfies Record<string, Action>

export const allActions: Action[] = Object.values(actions)
