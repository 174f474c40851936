import { IconUpload, IconX } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { isTemporary } from '../api/errors.ts'
import type { Attachment } from '../api/types.ts'
import type { FileFieldProps, FileType } from '../message-templates/file-field.ts'
import { s } from '../strings/strings.ts'
import { Button } from '../ui/forms/Button.tsx'
import { described, Labelled } from '../ui/forms/Labelled.tsx'
import fileStyles from './AttachedFiles.module.css'
import { shownName, sizeWords } from './attachment.ts'
import { FileName } from './FileName.tsx'
import { KindIcon } from './KindIcon.tsx'
import { acceptOf, checkFiles, limitsOf, limitsText } from './limits.ts'
import { postFile } from './post-file.ts'
import { t } from './strings.ts'

/** A field for one file, as what the channel takes: it is uploaded when it is chosen. */
export function FileField({ id, label, type, channel, file, otherFiles, error, onChange }: FileFieldProps) {
  const limits = limitsOf(channel)
  const input = useRef<HTMLInputElement>(null)
  const { upload, progress, problem, setProblem } = useUpload(onChange)
  const choose = (chosen: File) => {
    if (!limits) return setProblem(t.noFiles(channel.name))
    if (!fits(type, chosen.type)) return setProblem(t.notThisType[type])
    const { problems } = checkFiles(
      [chosen],
      otherFiles.map(({ size }) => size),
      limits,
    )
    if (problems[0]) return setProblem(problems[0])
    void upload(chosen)
  }
  const hint = limits ? limitsText(limits) : t.noFiles(channel.name)
  const shownError = problem ?? (progress === null ? error : undefined)
  return (
    <Labelled id={id} label={label} hint={hint} error={shownError}>
      {file ? (
        <Chosen id={id} file={file} onRemove={() => onChange(undefined)} />
      ) : (
        <Button
          id={id}
          {...described(id, shownError, hint)}
          disabled={!limits}
          isBusy={progress !== null}
          aria-label={`${label}: ${t.chooseOne[type]}`}
          onClick={() => input.current?.click()}
        >
          <IconUpload size={16} aria-hidden />
          {progress === null ? t.chooseOne[type] : t.uploaded(percent(progress))}
        </Button>
      )}
      <input
        ref={input}
        type="file"
        hidden
        aria-label={label}
        accept={type === 'file' ? (limits ? acceptOf(limits) : undefined) : `${type}/*`}
        onChange={({ target }) => {
          if (target.files?.[0]) choose(target.files[0])
          // so that the same file can be chosen again
          target.value = ''
        }}
      />
    </Labelled>
  )
}

function Chosen({ id, file, onRemove }: { id: string; file: Attachment; onRemove: () => void }) {
  const label = t.remove(shownName(file.filename))
  return (
    <div className={fileStyles.file}>
      <span className={fileStyles.icon}>
        <KindIcon contentType={file.content_type} />
      </span>
      <span className={fileStyles.words}>
        <FileName name={file.filename} />
        <span className={fileStyles.note}>{sizeWords(file.size)}</span>
      </span>
      <button id={id} type="button" className={fileStyles.button} aria-label={label} title={label} onClick={onRemove}>
        <IconX size={16} aria-hidden />
      </button>
    </div>
  )
}

const fits = (type: FileType, mediaType: string) => type === 'file' || mediaType.startsWith(`${type}/`)

const percent = (progress: number) => new Intl.NumberFormat(s.language, { style: 'percent' }).format(progress)

/** Uploads a file while its field is shown. */
function useUpload(onDone: (file: Attachment) => void) {
  const [progress, setProgress] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const controller = useRef<AbortController>(undefined)
  // what was typed meanwhile stays
  const latest = useRef(onDone)
  latest.current = onDone
  useEffect(() => () => controller.current?.abort(), [])
  const upload = async (file: File) => {
    const { name, type } = file
    controller.current = new AbortController()
    const { signal } = controller.current
    setProblem(null)
    setProgress(0)
    try {
      latest.current(await postFile({ name, type, bytes: file }, setProgress, signal))
    } catch (error) {
      if (signal.aborted) return
      setProblem(isTemporary(error) ? t.notUploadedHere : (error as Error).message)
    }
    setProgress(null)
  }
  return { upload, progress, problem, setProblem }
}
