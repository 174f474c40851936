import { useActionContext } from '../actions/context.tsx'
import type { Conversation } from '../api/types.ts'
import type { Badge } from '../badges/badges.ts'
import { shownShortcut } from '../ui/keys/shortcut.ts'
import styles from './AssigneeButton.module.css'

/** Shows the badge of a conversation, and opens the choice of another value. */
export function BadgeButton({ badge, conversation }: { badge: Badge; conversation: Conversation }) {
  const context = useActionContext()
  const { label, change } = badge
  const { name, icon: Icon, tone, isUsual } = badge.of(conversation)
  return (
    <button
      type="button"
      className={styles.button}
      data-tone={tone}
      data-usual={isUsual}
      aria-haspopup="dialog"
      aria-label={`${label}: ${name}`}
      aria-keyshortcuts={change.shortcut}
      title={change.shortcut ? `${label}: ${name} (${shownShortcut(change.shortcut)})` : `${label}: ${name}`}
      onClick={() => change.perform(context)}
    >
      <Icon size={18} stroke={1.75} aria-hidden />
    </button>
  )
}
