import type { ReactNode } from 'react'
import { panels } from '../shell/panels.ts'
import { useModal } from '../shell/useModal.ts'
import styles from './Dialog.module.css'

/** What lies above the panes. */
export function Dialog({
  label,
  className = '',
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  const { props } = useModal(panels.close)
  return (
    <dialog {...props} aria-label={label} className={`${styles.dialog} ${className}`}>
      {children}
    </dialog>
  )
}
