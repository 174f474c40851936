import { useRef } from 'react'
import { s } from '../strings/strings.ts'
import fileStyles from './AttachedFiles.module.css'
import { shownName, sizeWords } from './attachment.ts'
import { FileName } from './FileName.tsx'
import { KindIcon } from './KindIcon.tsx'
import { leaveOutFile, replaceFile, retryFile } from './reply-uploads.ts'
import { t } from './strings.ts'
import { useProgress } from './uploads.ts'
import styles from './WaitingFiles.module.css'
import type { WaitingFile, WithFiles } from './waiting-files.ts'

interface WaitingFilesProps {
  reply: WithFiles
  files: WaitingFile[]
  /** Something is left of the reply without one of its files. */
  canLeaveOut: boolean
}

/** The files of a reply that is sent when they are uploaded; where that failed, what its author can do. */
export function WaitingFiles({ reply, files, canLeaveOut }: WaitingFilesProps) {
  return (
    <ul className={styles.files} aria-label={t.waitingFiles}>
      {files.map((file) => (
        <li key={file.key}>
          <FileLine file={file} />
          {file.problem !== undefined && <Choices reply={reply} file={file} canLeaveOut={canLeaveOut} />}
        </li>
      ))}
    </ul>
  )
}

function FileLine({ file: { key, name, type, size, problem } }: { file: WaitingFile }) {
  const progress = useProgress(key)
  const percent = progress !== null && new Intl.NumberFormat(s.language, { style: 'percent' }).format(progress)
  const note = percent ? `${sizeWords(size)} · ${t.uploaded(percent)}` : sizeWords(size)
  return (
    <div className={fileStyles.file} data-state={problem === undefined ? undefined : 'refused'}>
      <span className={fileStyles.icon}>
        <KindIcon contentType={type} />
      </span>
      <span className={fileStyles.words}>
        <FileName name={name} />
        <span className={fileStyles.note} data-tone={problem === undefined ? undefined : 'danger'}>
          {problem === undefined ? note : (problem ?? t.lost)}
        </span>
      </span>
      {progress !== null && (
        <progress className={fileStyles.progress} value={progress} aria-label={t.progress(shownName(name))} />
      )}
    </div>
  )
}

function Choices({ reply, file, canLeaveOut }: { reply: WithFiles; file: WaitingFile; canLeaveOut: boolean }) {
  const name = shownName(file.name)
  return (
    <div className={styles.choices}>
      {file.problem === null ? (
        <ChooseAgain name={name} onFile={(bytes) => void replaceFile(reply, file, bytes)} />
      ) : (
        <button type="button" aria-label={t.retry(name)} onClick={() => retryFile(reply, file)}>
          {t.retryWord}
        </button>
      )}
      {canLeaveOut && (
        <button type="button" aria-label={t.leaveOut(name)} onClick={() => leaveOutFile(reply, file)}>
          {t.leaveOutWord}
        </button>
      )}
    </div>
  )
}

function ChooseAgain({ name, onFile }: { name: string; onFile: (bytes: File) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" aria-label={t.chooseAgain(name)} onClick={() => input.current?.click()}>
        {t.chooseAgainWord}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t.chooseAgain(name)}
        onChange={({ target }) => target.files?.[0] && onFile(target.files[0])}
      />
    </>
  )
}
