import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { walkItems } from '../keys/list-keys.ts'
import styles from './rows.module.css'

export function Rows({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <ul className={styles.rows} aria-label={label} onKeyDown={walkItems}>
      {children}
    </ul>
  )
}

interface RowProps {
  icon?: ReactNode
  name: string
  badges?: ReactNode
  meta?: ReactNode
  end?: ReactNode
}

/** A row of a list; with `to` the whole row is a link. */
export function Row({ to, search, end, ...texts }: RowProps & { to?: string; search?: Record<string, string> }) {
  if (!to) {
    return (
      <li className={styles.row}>
        <RowText {...texts} />
        {end && <span className={styles.end}>{end}</span>}
      </li>
    )
  }
  return (
    <li>
      <Link to={to} search={search as never} className={styles.row}>
        <RowText {...texts} />
        <span className={styles.end}>
          {end}
          <IconChevronRight size={16} aria-hidden />
        </span>
      </Link>
    </li>
  )
}

function RowText({ icon, name, badges, meta }: RowProps) {
  return (
    <>
      {icon}
      <span className={styles.text}>
        <span className={styles.name}>
          <bdi>{name}</bdi>
          {badges}
        </span>
        {meta && <span className={styles.meta}>{meta}</span>}
      </span>
    </>
  )
}

export function Badge({ tone, children }: { tone?: 'accent' | 'danger'; children: ReactNode }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      {children}
    </span>
  )
}

/** The skeleton of a list. */
export function RowsSkeleton({ count = 3 }: { count?: number }) {
  return (
    <div className={styles.rows} aria-hidden>
      {Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: skeleton rows have no identity
        <div key={index} className={styles.row}>
          <span className={`${styles.bone} ${styles.dot}`} />
          <span className={styles.text}>
            <span className={`${styles.bone} ${styles.line}`} style={{ display: 'block' }} />
            <span className={`${styles.bone} ${styles.line}`} style={{ display: 'block' }} />
          </span>
        </div>
      ))}
    </div>
  )
}
