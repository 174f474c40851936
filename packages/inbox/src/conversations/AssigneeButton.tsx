import { IconUserPlus } from '@tabler/icons-react'
import type { Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { t } from '../strings/thread.ts'
import { nameOf } from '../teammates/queries.ts'
import { TeammateAvatar } from '../teammates/TeammateAvatar.tsx'
import { dialogStore } from '../ui/dialogs/open-dialog.ts'
import { shownShortcut } from '../ui/keys/shortcut.ts'
import styles from './AssigneeButton.module.css'

/** The assignee of the conversation; opens the choice of another. */
export function AssigneeButton({ conversation: { assignee } }: { conversation: Conversation }) {
  const name = assignee ? nameOf(assignee) : t.thread.unassigned
  return (
    <button
      type="button"
      className={styles.button}
      aria-haspopup="dialog"
      aria-label={`${s.assign.label}: ${name}`}
      aria-keyshortcuts="A"
      title={`${s.assign.label} (${shownShortcut('A')})`}
      onClick={() => dialogStore.open('assign')}
    >
      {assignee ? (
        <TeammateAvatar teammate={assignee} size={20} />
      ) : (
        <IconUserPlus size={18} stroke={1.75} aria-hidden />
      )}
      <bdi className={styles.name}>{name}</bdi>
    </button>
  )
}
