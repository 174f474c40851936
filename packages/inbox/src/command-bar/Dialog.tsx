import { type ReactNode, useEffect, useRef } from 'react'
import { panels } from '../shell/panels.ts'
import styles from './Dialog.module.css'

/** What lies above the panes. The browser keeps the focus inside, closes on Escape and gives the focus back. */
export function Dialog({
  label,
  className = '',
  children,
}: {
  label: string
  className?: string
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the backdrop; Escape is the dialog's own
    <dialog
      ref={dialog}
      aria-label={label}
      className={`${styles.dialog} ${className}`}
      onClose={panels.close}
      onClick={(event) => event.target === dialog.current && dialog.current.close()}
    >
      {children}
    </dialog>
  )
}
