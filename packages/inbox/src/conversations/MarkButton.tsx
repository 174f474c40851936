import { useActionContext } from '../actions/context.tsx'
import type { Conversation } from '../api/types.ts'
import type { Mark } from '../marks/marks.ts'
import { shownShortcut } from '../ui/keys/shortcut.ts'
import styles from './AssigneeButton.module.css'

/** What a noun says of the conversation; opens the choice of another. */
export function MarkButton({ mark, conversation }: { mark: Mark; conversation: Conversation }) {
  const context = useActionContext()
  const { label, change } = mark
  const { name, icon: Icon, tone, isUsual } = mark.of(conversation)
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
