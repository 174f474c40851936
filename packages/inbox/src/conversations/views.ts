import { IconAlertOctagon, IconArchive, IconSend2, IconSendOff, IconTrash, IconUser } from '@tabler/icons-react'
import type { Conversation } from '../api/types.ts'
import { inboxView } from '../inboxes/view.ts'
import { s } from '../strings/strings.ts'
import { isOpen, type View } from '../views/view.ts'

const words = s.conversations

const assigned: View = {
  key: 'assigned',
  path: '/assigned',
  name: s.sidebar.assigned,
  icon: IconUser,
  shortcut: 'G A',
  filter: { assignee_id: 'me', status: 'open' },
  belongs: (conversation, myId) => isOpen(conversation) && conversation.assignee?.id === myId,
  empty: {
    title: words.emptyAssigned,
    hint: words.emptyAssignedHint,
    touchHint: words.emptyAssignedTouchHint,
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
  belongs: (conversation) =>
    conversation.undelivered !== null && (isOpen(conversation) || conversation.status === 'archived'),
  empty: { title: words.emptyUndelivered, hint: words.emptyUndeliveredHint, icon: IconSend2 },
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
  belongs: ({ status }) => status === 'archived',
  empty: {
    title: words.emptyArchived,
    hint: words.emptyArchivedHint,
    touchHint: words.emptyArchivedTouchHint,
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
  belongs: ({ status, is_spam }) => status === 'deleted' && !is_spam,
  empty: {
    title: words.emptyTrash,
    hint: words.emptyTrashHint,
    touchHint: words.emptyTrashTouchHint,
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
  belongs: ({ is_spam }) => is_spam,
  empty: {
    title: words.emptySpam,
    hint: words.emptySpamHint,
    touchHint: words.emptySpamTouchHint,
    icon: IconAlertOctagon,
  },
}

/** The views that every teammate has, of all their inboxes. */
export const conversationViews = [assigned, undelivered, archived, trash, spam]

/** Where a conversation is listed, whoever it is assigned to. */
export function homeOf(conversation: Conversation): View {
  const home = [spam, trash, archived].find((view) => view.belongs(conversation, ''))
  return home ?? inboxView({ id: conversation.inbox_id, name: '' })
}
