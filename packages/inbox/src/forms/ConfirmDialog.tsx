import { type ReactNode, useEffect, useRef, useState } from 'react'
import { t } from '../strings/forms.ts'
import { Button } from './Button.tsx'
import styles from './ConfirmDialog.module.css'

interface ConfirmProps {
  title: string
  /** What happens, and what cannot be taken back. */
  children: ReactNode
  /** The verb and the thing. */
  button: string
  kind?: 'primary' | 'dangerPrimary'
  keep?: string
  onConfirm: () => Promise<void>
  onClose: () => void
}

/** Asks before what cannot be undone; the focus begins at the harmless button. The browser keeps the focus inside, closes on Escape and gives the focus back. */
export function ConfirmDialog({
  title,
  children,
  button,
  kind = 'dangerPrimary',
  keep = t.keep,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  const confirm = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await onConfirm()
      dialog.current?.close()
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the backdrop; Escape is the dialog's own
    <dialog
      ref={dialog}
      aria-labelledby="confirm-title"
      className={styles.dialog}
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      <div className={styles.content}>
        <h2 id="confirm-title">{title}</h2>
        {children}
        <div role="alert" className={styles.problem}>
          {problem}
        </div>
        <div className={styles.buttons}>
          <Button onClick={() => dialog.current?.close()}>{keep}</Button>
          <Button kind={kind} isBusy={isBusy} onClick={() => void confirm()}>
            {isBusy ? t.working : button}
          </Button>
        </div>
      </div>
    </dialog>
  )
}
