import { nameParts, shownName } from './attachment.ts'
import styles from './FileName.module.css'

/** A file's name, cut in its middle where there is no room, and read in its own direction. */
export function FileName({ name }: { name: string }) {
  const shown = shownName(name)
  const [beginning, end] = nameParts(shown)
  return (
    <bdi className={styles.name} dir="auto" title={shown}>
      <span className={styles.beginning}>{beginning}</span>
      {end && <span className={styles.end}>{end}</span>}
    </bdi>
  )
}
