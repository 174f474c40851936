import type { ReactNode } from 'react'
import styles from './Dialog.module.css'
import { dialogStore } from './open-dialog.ts'
import { useModal } from './useModal.ts'

/** A dialog above the panes. */
export function Dialog({
  label,
  className = '',
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  const { props } = useModal(dialogStore.close)
  return (
    <dialog {...props} aria-label={label} className={`${styles.dialog} ${className}`}>
      {children}
    </dialog>
  )
}
