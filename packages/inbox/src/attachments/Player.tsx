import { useState } from 'react'
import type { Attachment } from '../api/types.ts'
import { inlinePathOf, kindOf, shownName, sizeWords } from './attachment.ts'
import { FileName } from './FileName.tsx'
import { FileRow } from './FileRow.tsx'
import styles from './Player.module.css'
import { t } from './strings.ts'

/** The browser's own player: it knows the keys, captions and speeds that people are used to. */
export function Player({ attachment }: { attachment: Attachment }) {
  const [isBroken, setBroken] = useState(false)
  const { filename, size, content_type } = attachment
  if (isBroken) {
    return (
      <>
        <FileRow attachment={attachment} />
        <p className={styles.note}>{t.noPlayer}</p>
      </>
    )
  }
  const shared = {
    src: inlinePathOf(attachment),
    controls: true,
    preload: 'metadata',
    onError: () => setBroken(true),
  } as const
  return (
    <figure className={styles.player}>
      {kindOf(content_type) === 'audio' ? (
        <audio className={styles.audio} aria-label={t.audio(shownName(filename))} {...shared} />
      ) : (
        <video className={styles.video} aria-label={t.video(shownName(filename))} playsInline {...shared} />
      )}
      <figcaption className={styles.caption}>
        <FileName name={filename} />
        <span>{sizeWords(size)}</span>
      </figcaption>
    </figure>
  )
}
