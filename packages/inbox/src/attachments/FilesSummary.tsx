import { shownName } from './attachment.ts'
import styles from './FilesSummary.module.css'
import { KindIcon } from './KindIcon.tsx'
import { t } from './strings.ts'

interface FilesSummaryProps {
  filename: string
  content_type: string
  count: number
}

/** The files of a message without text, in one line. */
export function FilesSummary({ filename, content_type, count }: FilesSummaryProps) {
  return (
    <>
      <span className={styles.icon}>
        <KindIcon contentType={content_type} size={14} />
      </span>
      <span className="visually-hidden">{t.fileOf}</span>
      <bdi>{shownName(filename)}</bdi>
      {count > 1 && <span className={styles.more}>{t.andMore(count - 1)}</span>}
    </>
  )
}
