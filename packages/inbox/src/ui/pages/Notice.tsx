import type { ReactNode } from 'react'
import styles from './Notice.module.css'

interface NoticeProps {
  title: string
  hint?: string
  role?: 'alert' | 'status'
  level?: 'h1' | 'h2'
  icon?: ReactNode
  children?: ReactNode
}

/** An empty state: a title, the reason, and the next step. */
export function Notice({ title, hint, role, level: Heading = 'h2', icon, children }: NoticeProps) {
  return (
    <div className={styles.notice} role={role}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <Heading className={styles.title}>{title}</Heading>
      {hint && <p className={styles.hint}>{hint}</p>}
      {children}
    </div>
  )
}
