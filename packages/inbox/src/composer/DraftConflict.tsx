import { t } from '../strings/thread.ts'
import styles from './Composer.module.css'

/** The text that was typed in another tab meanwhile, with buttons to append or discard it. */
export function DraftConflict({ text, onResolve }: { text: string; onResolve: (keep: boolean) => void }) {
  return (
    <div role="status" className={styles.newer}>
      <span>
        {t.draft.conflict}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <q dir="auto" tabIndex={0}>
          {text}
        </q>
      </span>
      <button type="button" onClick={() => onResolve(true)}>
        {t.draft.keepConflict}
      </button>
      <button type="button" onClick={() => onResolve(false)}>
        {t.draft.discardConflict}
      </button>
    </div>
  )
}
