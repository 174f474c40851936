import { Link } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import styles from './Button.module.css'

type Kind = 'primary' | 'plain' | 'quiet' | 'danger' | 'dangerPrimary'

interface ButtonProps extends ComponentProps<'button'> {
  kind?: Kind
  /** True while its action is in flight: it keeps the focus and does not act again. */
  isBusy?: boolean
}

export function Button({ kind = 'plain', isBusy = false, className = '', onClick, ...button }: ButtonProps) {
  return (
    <button
      type="button"
      {...button}
      aria-disabled={isBusy || undefined}
      className={`${styles.button} ${className}`}
      data-kind={kind}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
    />
  )
}

/** A link that looks like a button. */
export function ButtonLink({
  to,
  search,
  kind = 'plain',
  children,
}: {
  to: string
  search?: Record<string, string>
  kind?: Kind
  children: ReactNode
}) {
  return (
    <Link to={to} search={search as never} className={styles.button} data-kind={kind}>
      {children}
    </Link>
  )
}

export function Buttons({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>
}
