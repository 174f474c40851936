import { t } from './strings.ts'
import styles from './WaitsToSend.module.css'

/** Says that the message waits for its uploads. */
export function WaitsToSend({ text, onStop }: { text: string; onStop: () => void }) {
  return (
    <p role="status" className={styles.waits}>
      <span>{text}</span>
      <button type="button" onClick={onStop}>
        {t.keepWriting}
      </button>
    </p>
  )
}
