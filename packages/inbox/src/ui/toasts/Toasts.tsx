import { IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import { s } from '../../strings/strings.ts'
import { useKeysRest } from '../keys/resting.ts'
import { useDocked } from './docked.ts'
import styles from './Toasts.module.css'
import { dismissToast, type Toast, useToasts } from './toasts.ts'

/** The toasts. `undoKey` undoes the newest. */
export function Toasts({ undoKey }: { undoKey: string }) {
  const toasts = useToasts()
  const keysRest = useKeysRest()
  const docked = useDocked()
  const keyed = keysRest ? undefined : toasts.findLast((toast) => toast.undo)?.id
  return (
    <section
      aria-label={s.toasts.label}
      aria-live="polite"
      className={styles.stack}
      style={{ '--docked-height': `${docked}px` } as React.CSSProperties}
    >
      {toasts.map((one) => (
        <ToastCard key={one.id} toast={one} undoKey={one.id === keyed ? undoKey : undefined} />
      ))}
    </section>
  )
}

function ToastCard({ toast, undoKey }: { toast: Toast; undoKey?: string }) {
  const { id, lastsMs } = toast
  useEffect(() => {
    const timer = setTimeout(() => dismissToast(id), lastsMs)
    return () => clearTimeout(timer)
  }, [id, lastsMs])
  return (
    <div className={styles.toast} data-tone={toast.tone}>
      <span className={styles.text}>{toast.text}</span>
      {toast.undo && (
        <button
          type="button"
          className={styles.undo}
          onClick={() => {
            dismissToast(id)
            toast.undo?.()
          }}
        >
          {s.toasts.undo} {undoKey && <kbd>{undoKey}</kbd>}
        </button>
      )}
      <button type="button" className={styles.close} aria-label={s.toasts.dismiss} onClick={() => dismissToast(id)}>
        <IconX size={16} aria-hidden />
      </button>
    </div>
  )
}
