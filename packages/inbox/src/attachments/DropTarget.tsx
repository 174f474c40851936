import { IconPaperclip } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { isTyping } from '../ui/keys/shortcut.ts'
import styles from './DropTarget.module.css'
import { t } from './strings.ts'

interface DropTargetProps {
  /** False: the channel takes no files, and a drop is refused with the reason. */
  takesFiles: boolean
  onFiles: (files: File[]) => void
}

/** Takes files that are dropped or pasted anywhere in the closest element with `data-takes-files`, and marks it while they are dragged over it. */
export function DropTarget({ takesFiles, onFiles }: DropTargetProps) {
  const own = useRef<HTMLDivElement>(null)
  const [isOver, setOver] = useState(false)
  const take = useRef(onFiles)
  useEffect(() => {
    take.current = onFiles
  })
  useEffect(() => {
    const area = own.current?.closest<HTMLElement>('[data-takes-files]')
    if (!area) return
    const enter = (event: DragEvent) => {
      if (!hasFiles(event.dataTransfer)) return
      event.preventDefault()
      setOver(true)
    }
    // moving between two elements inside is no leaving
    const leave = ({ relatedTarget }: DragEvent) => !area.contains(relatedTarget as Node | null) && setOver(false)
    const drop = (event: DragEvent) => {
      setOver(false)
      if (!hasFiles(event.dataTransfer)) return
      event.preventDefault()
      take.current([...(event.dataTransfer?.files ?? [])])
    }
    const paste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || !hasFiles(event.clipboardData)) return
      event.preventDefault()
      take.current([...(event.clipboardData?.files ?? [])])
    }
    area.addEventListener('dragenter', enter)
    area.addEventListener('dragover', enter)
    area.addEventListener('dragleave', leave)
    area.addEventListener('drop', drop)
    area.addEventListener('paste', paste)
    return () => {
      area.removeEventListener('dragenter', enter)
      area.removeEventListener('dragover', enter)
      area.removeEventListener('dragleave', leave)
      area.removeEventListener('drop', drop)
      area.removeEventListener('paste', paste)
    }
  }, [])
  return (
    <div ref={own} className={styles.over} data-over={isOver || undefined} aria-hidden>
      {isOver && (
        <p className={styles.words}>
          <IconPaperclip size={24} aria-hidden />
          {takesFiles ? t.drop : t.dropRefused}
        </p>
      )}
    </div>
  )
}

const hasFiles = (data: DataTransfer | null) => data?.types.includes('Files') === true
