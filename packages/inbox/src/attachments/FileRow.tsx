import { IconDownload } from '@tabler/icons-react'
import type { Attachment } from '../api/types.ts'
import { pathOf, shownName, sizeWords } from './attachment.ts'
import { FileName } from './FileName.tsx'
import styles from './FileRow.module.css'
import { KindIcon } from './KindIcon.tsx'
import { t } from './strings.ts'

/** A file to download. The hub names it, and lets no browser run it. */
export function FileRow({ attachment }: { attachment: Attachment }) {
  const { filename, size, content_type } = attachment
  return (
    <a className={styles.file} href={pathOf(attachment)} download={shownName(filename)}>
      <span className={styles.icon}>
        <KindIcon contentType={content_type} />
      </span>
      <span className={styles.words}>
        <span className="visually-hidden">{t.download} </span>
        <FileName name={filename} />
        <span className={styles.size}>{sizeWords(size)}</span>
      </span>
      <IconDownload size={16} aria-hidden className={styles.download} />
    </a>
  )
}
