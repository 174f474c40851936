import { shownShortcut } from '../ui/keys/shortcut.ts'
import styles from './ActionButton.module.css'
import type { Action } from './action.ts'
import { useActionContext } from './context.tsx'

/** An action as an icon with its name and shortcut in the tooltip; absent where the action is not visible. */
export function ActionButton({ action }: { action: Action }) {
  const context = useActionContext()
  if (!action.isVisible(context)) return null
  const { icon: Icon, shortcut } = action
  const name = action.name(context)
  return (
    <button
      type="button"
      className={styles.button}
      aria-label={name}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${name} (${shownShortcut(shortcut)})` : name}
      onClick={() => action.perform(context)}
    >
      <Icon size={18} stroke={1.75} aria-hidden />
    </button>
  )
}
