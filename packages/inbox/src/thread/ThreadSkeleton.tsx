import styles from './ThreadSkeleton.module.css'

export function ThreadSkeleton({ withoutHeader = false }: { withoutHeader?: boolean }) {
  return (
    <div aria-hidden className={styles.skeleton}>
      {!withoutHeader && <div className={styles.header} />}
      <div className={styles.messages}>
        <i data-side="in" />
        <i data-side="out" />
        <i data-side="in" />
      </div>
      {!withoutHeader && <div className={styles.composer} />}
    </div>
  )
}
