import { type ReactNode, useState } from 'react'
import { t } from '../../strings/forms.ts'
import { Button } from '../forms/Button.tsx'
import styles from './ConfirmDialog.module.css'
import { useModal } from './useModal.ts'

interface ConfirmProps {
  title: string
  /** The consequences, and what cannot be undone. */
  children: ReactNode
  /** The button's label: a verb and its object. */
  button: string
  kind?: 'primary' | 'dangerPrimary'
  keep?: string
  onConfirm: () => Promise<void>
  onClose: () => void
}

/** Confirms an action that cannot be undone; the focus begins at Cancel. */
export function ConfirmDialog({
  title,
  children,
  button,
  kind = 'dangerPrimary',
  keep = t.keep,
  onConfirm,
  onClose,
}: ConfirmProps) {
  const { close, props } = useModal(onClose)
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const confirm = async () => {
    setBusy(true)
    setProblem(null)
    try {
      await onConfirm()
      close()
    } catch (error) {
      setProblem((error as Error).message)
    } finally {
      setBusy(false)
    }
  }
  return (
    <dialog {...props} aria-labelledby="confirm-title" className={styles.dialog}>
      <div className={styles.content}>
        <h2 id="confirm-title">{title}</h2>
        {children}
        <div role="alert" className={styles.problem}>
          {problem}
        </div>
        <div className={styles.buttons}>
          <Button onClick={close}>{keep}</Button>
          <Button kind={kind} isBusy={isBusy} onClick={() => void confirm()}>
            {isBusy ? t.working : button}
          </Button>
        </div>
      </div>
    </dialog>
  )
}
