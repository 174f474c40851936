import { IconAlertOctagon, IconArchive, IconSend2, IconSendOff, IconTrash, IconUser } from '@tabler/icons-react'
import type { Conversation, Inbox } from '../api/types.ts'
import { inboxView } from '../inboxes/view.ts'
import { s } from '../strings/strings.ts'
import { isOpen, type View } from '../views/view.ts'

const texts = s.conversations

const assigned: View = {
  key: 'assigned',
  path: '/assigned',
  name: s.sidebar.assigned,
  icon: IconUser,
  shortcut: 'G A',
  filter: { assignee_id: 'me', status: 'open' },
  matches: (conversation, myId) => isOpen(conversation) && conversation.assignee?.id === myId,
  empty: {
    title: texts.emptyAssigned,
    hint: texts.emptyAssignedHint,
    touchHint: texts.emptyAssignedTouchHint,
    icon: IconUser,
  },
  count: ({ assigned_to_me }) => assigned_to_me,
}

const undelivered: View = {
  key: 'undelivered',
  path: '/undelivered',
  name: s.sidebar.undelivered,
  icon: IconSendOff,
  shortcut: 'G D',
  filter: { undelivered: 'true' },
  matches: (conversation) =>
    conversation.undelivered !== null && (isOpen(conversation) || conversation.status === 'archived'),
  empty: { title: texts.emptyUndelivered, hint: texts.emptyUndeliveredHint, icon: IconSend2 },
  count: (counts) => counts.undelivered,
  countText: s.sidebar.undeliveredCount,
}

const archived: View = {
  key: 'archived',
  path: '/archived',
  name: s.sidebar.archived,
  icon: IconArchive,
  shortcut: 'G E',
  filter: { status: 'archived' },
  matches: ({ status }) => status === 'archived',
  empty: {
    title: texts.emptyArchived,
    hint: texts.emptyArchivedHint,
    touchHint: texts.emptyArchivedTouchHint,
    icon: IconArchive,
  },
}

const trash: View = {
  key: 'trash',
  path: '/trash',
  name: s.sidebar.trash,
  icon: IconTrash,
  shortcut: 'G T',
  filter: { status: 'trashed' },
  matches: ({ status, is_spam }) => status === 'deleted' && !is_spam,
  empty: {
    title: texts.emptyTrash,
    hint: texts.emptyTrashHint,
    touchHint: texts.emptyTrashTouchHint,
    icon: IconTrash,
  },
}

const spam: View = {
  key: 'spam',
  path: '/spam',
  name: s.sidebar.spam,
  icon: IconAlertOctagon,
  shortcut: 'G P',
  filter: { status: 'spam' },
  matches: ({ is_spam }) => is_spam,
  empty: {
    title: texts.emptySpam,
    hint: texts.emptySpamHint,
    touchHint: texts.emptySpamTouchHint,
    icon: IconAlertOctagon,
  },
}

/** The views that every teammate has, of all their inboxes. */
export const conversationViews = [assigned, undelivered, archived, trash, spam]

/** The view of a conversation, for any assignee. Without its inbox it was assigned to the teammate. */
export function homeOf(conversation: Conversation, inboxes: readonly Inbox[]): View {
  const home = [spam, trash, archived].find((view) => view.matches(conversation, ''))
  return home ?? openHomeOf(conversation, inboxes)
}

/** The view of a conversation that is opened by its own address. */
export function openHomeOf({ inbox_id: id }: Conversation, inboxes: readonly Inbox[]): View {
  return inboxes.some((inbox) => inbox.id === id) ? inboxView({ id, name: '' }) : assigned
}
