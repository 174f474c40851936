import { IconX } from '@tabler/icons-react'
import { useEffect } from 'react'
import { s } from '../../strings/strings.ts'
import { useKeysRest } from '../../ui/keys/resting.ts'
import { useDocked } from '../../ui/toasts/docked.ts'
import { dismissToast, type Toast, useToasts } from '../../ui/toasts/toasts.ts'
import { actions } from '../actions/registry.ts'
import styles from './Toasts.module.css'

export function Toasts() {
  const toasts = useToasts()
  const keysRest = useKeysRest()
  const docked = useDocked()
  // the key is the newest one's
  const keyed = keysRest ? undefined : toasts.findLast((one) => one.undo)?.id
  return (
    <section
      aria-label={s.toasts.label}
      aria-live="polite"
      className={styles.stack}
      style={{ '--docked-height': `${docked}px` } as React.CSSProperties}
    >
      {toasts.map((one) => (
        <ToastCard key={one.id} toast={one} hasKey={one.id === keyed} />
      ))}
    </section>
  )
}

function ToastCard({ toast, hasKey }: { toast: Toast; hasKey: boolean }) {
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
          {s.toasts.undo} {hasKey && <kbd>{actions.undo.shortcut}</kbd>}
        </button>
      )}
      <button type="button" className={styles.close} aria-label={s.toasts.dismiss} onClick={() => dismissToast(id)}>
        <IconX size={16} aria-hidden />
      </button>
    </div>
  )
}
