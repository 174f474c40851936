import { IconRefresh, IconX } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import type { Attachment } from '../api/types.ts'
import type { DraftKey } from '../drafts/storage.ts'
import { s } from '../strings/strings.ts'
import { announce } from '../ui/announcer.ts'
import styles from './AttachedFiles.module.css'
import { kindOf, shownName, sizeWords, thumbnailOf } from './attachment.ts'
import { FileName } from './FileName.tsx'
import { KindIcon } from './KindIcon.tsx'
import { t } from './strings.ts'
import { type Upload, uploads, useUploads } from './uploads.ts'

interface AttachedFilesProps {
  draftKey: DraftKey
  attachments: Attachment[]
  onRemove: (attachment: Attachment) => void
}

/** The files of a draft, and its uploads. */
export function AttachedFiles({ draftKey, attachments, onRemove }: AttachedFilesProps) {
  const uploading = useUploads(draftKey)
  useAnnouncements(attachments, uploading)
  if (attachments.length + uploading.length === 0) return null
  return (
    <ul className={styles.files} aria-label={t.attached} tabIndex={-1} data-takes-focus>
      {attachments.map((attachment) => (
        <li key={attachment.id} className={styles.file}>
          <Picture attachment={attachment} />
          <FileText name={attachment.filename} note={sizeWords(attachment.size)} />
          <Remove label={t.remove(shownName(attachment.filename))} onClick={() => onRemove(attachment)} />
        </li>
      ))}
      {uploading.map((upload) => (
        <UploadItem key={upload.key} upload={upload} />
      ))}
    </ul>
  )
}

function Picture({ attachment }: { attachment: Attachment }) {
  const isPicture = kindOf(attachment.content_type) === 'picture'
  return (
    <span className={styles.icon}>
      {isPicture ? <img src={thumbnailOf(attachment)} alt="" /> : <KindIcon contentType={attachment.content_type} />}
    </span>
  )
}

function FileText({ name, note, tone }: { name: string; note: string; tone?: 'danger' | undefined }) {
  return (
    <span className={styles.words}>
      <FileName name={name} />
      <span className={styles.note} data-tone={tone}>
        {note}
      </span>
    </span>
  )
}

function Remove({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" className={styles.button} aria-label={label} title={label} onClick={onClick}>
      <IconX size={16} aria-hidden />
    </button>
  )
}

function UploadItem({ upload }: { upload: Upload }) {
  const { state, progress } = upload
  const name = shownName(upload.name)
  const isStuck = state === 'refused' || state === 'not_reached'
  return (
    <li className={styles.file} data-state={state}>
      <span className={styles.icon}>
        <KindIcon contentType={upload.type} />
      </span>
      <FileText name={upload.name} note={noteOf(upload)} tone={state === 'refused' ? 'danger' : undefined} />
      {isStuck && (
        <button
          type="button"
          className={styles.button}
          aria-label={t.retry(name)}
          title={t.retryWord}
          onClick={() => uploads.retry(upload)}
        >
          <IconRefresh size={16} aria-hidden />
        </button>
      )}
      <Remove label={t.cancel(name)} onClick={() => uploads.cancel(upload)} />
      {state === 'uploading' && <progress className={styles.progress} value={progress} aria-label={t.progress(name)} />}
    </li>
  )
}

function noteOf({ state, progress, problem, bytes }: Upload): string {
  if (state === 'refused') return problem ?? ''
  if (state === 'not_reached') return t.notReached
  if (state === 'queued') return t.queued
  const percent = new Intl.NumberFormat(s.language, { style: 'percent' }).format(progress)
  return `${sizeWords(bytes.size)} · ${t.uploaded(percent)}`
}

/** Announces once when a file is attached, waits or is refused. */
function useAnnouncements(attachments: Attachment[], uploading: Upload[]): void {
  const known = useRef<Set<string>>(undefined)
  useEffect(() => {
    const facts = new Map<string, string>()
    for (const { id, filename } of attachments) facts.set(id, t.added(shownName(filename)))
    for (const { key, name, state, problem } of uploading) {
      if (state === 'not_reached') facts.set(`${key} waits`, `${shownName(name)}: ${t.notReached}`)
      if (state === 'refused') facts.set(`${key} refused`, t.refusedLoud(shownName(name), problem ?? ''))
    }
    const news = known.current ? [...facts].filter(([fact]) => !known.current?.has(fact)) : []
    known.current = new Set(facts.keys())
    if (news.length > 0) announce(news.map(([, sentence]) => sentence).join('. '))
  }, [attachments, uploading])
}
