import actionStyles from '../actions/ActionButton.module.css'
import { hideOnEscape, useDetailsShown, useHasRoom } from '../details/shown.ts'
import { t } from '../strings/thread.ts'
import { threadActions } from './actions.ts'
import styles from './DetailsButton.module.css'

/** Shows and hides the pane where there is room; elsewhere opens the sheet, which covers the name on a phone. */
export function DetailsButton({ isOverName = false }: { isOverName?: boolean }) {
  const hasRoom = useHasRoom()
  const isShown = useDetailsShown()
  const { icon: Icon, name, perform } = threadActions.details
  return (
    <button
      type="button"
      id="details-button"
      className={isOverName ? styles.overName : actionStyles.button}
      aria-label={t.details.title}
      aria-expanded={hasRoom ? isShown : undefined}
      aria-controls={hasRoom && isShown ? 'details' : undefined}
      aria-haspopup={hasRoom ? undefined : 'dialog'}
      title={name()}
      onClick={perform}
      onKeyDown={hideOnEscape}
    >
      <Icon size={18} stroke={1.75} aria-hidden />
    </button>
  )
}
