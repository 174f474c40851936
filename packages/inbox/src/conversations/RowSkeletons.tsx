import styles from './ConversationRow.module.css'

const rows = [1, 2, 3, 4, 5, 6, 7, 8, 9]

/** Placeholder rows that fill the screen, in the size of real ones. */
export function RowSkeletons() {
  return (
    <div aria-hidden className={styles.skeletons}>
      {rows.map((row) => (
        <div key={row} className={styles.skeleton}>
          <i />
          <b />
          <u />
        </div>
      ))}
    </div>
  )
}
