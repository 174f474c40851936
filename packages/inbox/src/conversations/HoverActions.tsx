import { IconArchive, IconMailOpened, IconRestore, IconUserCheck } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import type { Conversation } from '../api/types.ts'
import { useMe } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { shownShortcut } from '../ui/keys/shortcut.ts'
import styles from './ConversationRow.module.css'
import { archive, assign, markUnread, restore } from './verbs.ts'

/** Actions for the pointer only: keyboard and touch have shortcuts, the thread's buttons and the selection. */
export function HoverActions({ conversation }: { conversation: Conversation }) {
  const queryClient = useQueryClient()
  const me = useMe()
  const isArchived = conversation.status === 'archived'
  const isInTrash = conversation.status === 'deleted'
  return (
    <div className={styles.hover}>
      {isInTrash && (
        <button
          type="button"
          tabIndex={-1}
          title={`${s.actions.restore} (${shownShortcut('Shift+R')})`}
          aria-label={s.actions.restore}
          onClick={() => restore(queryClient, [conversation])}
        >
          <IconRestore size={16} aria-hidden />
        </button>
      )}
      {!isArchived && !isInTrash && (
        <button
          type="button"
          tabIndex={-1}
          title={`${s.actions.archive} (E)`}
          aria-label={s.actions.archive}
          onClick={() => archive(queryClient, [conversation])}
        >
          <IconArchive size={16} aria-hidden />
        </button>
      )}
      {!isInTrash && conversation.assignee?.id !== me.id && (
        <button
          type="button"
          tabIndex={-1}
          title={`${s.actions.assignToMe} (M)`}
          aria-label={s.actions.assignToMe}
          onClick={() => assign(queryClient, [conversation], me)}
        >
          <IconUserCheck size={16} aria-hidden />
        </button>
      )}
      {!conversation.unread && (
        <button
          type="button"
          tabIndex={-1}
          title={`${s.actions.markUnread} (U)`}
          aria-label={s.actions.markUnread}
          onClick={() => markUnread(queryClient, [conversation])}
        >
          <IconMailOpened size={16} aria-hidden />
        </button>
      )}
    </div>
  )
}
