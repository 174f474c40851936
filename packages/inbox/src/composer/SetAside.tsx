import { s } from '../strings/strings.ts'
import styles from './Composer.module.css'

/** The words that another screen typed meanwhile, and what may become of them. */
export function SetAside({ text, onTake }: { text: string; onTake: (isWanted: boolean) => void }) {
  return (
    <div role="status" className={styles.newer}>
      <span>
        {s.composer.setAside}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
        <q dir="auto" tabIndex={0}>
          {text}
        </q>
      </span>
      <button type="button" onClick={() => onTake(true)}>
        {s.composer.takeAside}
      </button>
      <button type="button" onClick={() => onTake(false)}>
        {s.composer.dropAside}
      </button>
    </div>
  )
}
