import { useState } from 'react'
import type { Attachment } from '../api/types.ts'
import { shownName, thumbnailOf } from './attachment.ts'
import { FileRow } from './FileRow.tsx'
import { openPictures } from './opened.ts'
import styles from './PictureGrid.module.css'
import { t } from './strings.ts'

/** One picture in its proportions, several as tiles. Their room is reserved before they are loaded. */
export function PictureGrid({ pictures }: { pictures: Attachment[] }) {
  const [broken, setBroken] = useState<ReadonlySet<string>>(new Set())
  const shown = pictures.filter(({ id }) => !broken.has(id))
  const single = shown.length === 1 ? shown[0] : undefined
  return (
    <>
      {shown.length > 0 && (
        <div className={styles.grid} data-single={single ? true : undefined}>
          {shown.map((picture, at) => (
            <button
              key={picture.id}
              type="button"
              className={styles.tile}
              style={single && boxOf(single)}
              aria-label={t.open(shownName(picture.filename))}
              title={shownName(picture.filename)}
              onClick={() => openPictures(shown, at)}
            >
              <img
                src={thumbnailOf(picture)}
                alt=""
                decoding="async"
                onError={() => setBroken((before) => new Set(before).add(picture.id))}
              />
            </button>
          ))}
        </div>
      )}
      {pictures
        .filter(({ id }) => broken.has(id))
        .map((picture) => (
          <FileRow key={picture.id} attachment={picture} />
        ))}
    </>
  )
}

const box = 320

/** At most the size of the picture; when its size is unknown, a fixed box. */
function boxOf({ metadata: { width, height } }: Attachment) {
  if (!width || !height) return { width: box, aspectRatio: '8 / 5' }
  const scale = Math.min(1, box / width, box / height)
  return { width: Math.max(48, Math.round(width * scale)), aspectRatio: `${width} / ${height}` }
}
