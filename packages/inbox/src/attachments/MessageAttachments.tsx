import type { Attachment } from '../api/types.ts'
import { kindOf } from './attachment.ts'
import { FileRow } from './FileRow.tsx'
import styles from './MessageAttachments.module.css'
import { PictureGrid } from './PictureGrid.tsx'
import { Player } from './Player.tsx'

/** The files of a message below its text: pictures, players for audio and video, and other files by name. */
export function MessageAttachments({ attachments }: { attachments: Attachment[] }) {
  const ofKind = (...kinds: string[]) => attachments.filter((file) => kinds.includes(kindOf(file.content_type)))
  const pictures = ofKind('picture')
  return (
    <div className={styles.attachments}>
      {pictures.length > 0 && <PictureGrid pictures={pictures} />}
      {ofKind('audio', 'video').map((file) => (
        <Player key={file.id} attachment={file} />
      ))}
      {ofKind('pdf', 'file').map((file) => (
        <FileRow key={file.id} attachment={file} />
      ))}
    </div>
  )
}
