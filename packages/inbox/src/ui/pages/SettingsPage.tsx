import { IconChevronLeft } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { t } from '../../strings/settings.ts'
import { s } from '../../strings/strings.ts'
import styles from './SettingsPage.module.css'

interface SettingsPageProps {
  title: string
  intro?: ReactNode
  /** Shown before the title, like the icon of a channel. */
  icon?: ReactNode
  /** The parent page; by default the list of settings, whose link is shown only on narrow screens. */
  back?: { to: string; name: string }
  action?: ReactNode
  children?: ReactNode
}

let isFirstPage = true

/** A page of the settings. After a navigation its title gets the focus. */
export function SettingsPage({ title, intro, icon, back, action, children }: SettingsPageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus()
    isFirstPage = false
  }, [])
  return (
    <div className={styles.page}>
      <title>{`${title} – ${s.app.name}`}</title>
      <Link to={back?.to ?? '/settings'} className={styles.back} data-top={back ? undefined : true}>
        <IconChevronLeft size={16} aria-hidden />
        {back?.name ?? t.back}
      </Link>
      <header className={styles.header}>
        {icon}
        <div className={styles.text}>
          <h1 ref={heading} tabIndex={-1} data-takes-focus>
            <bdi>{title}</bdi>
          </h1>
          {intro && <p className={styles.intro}>{intro}</p>}
        </div>
        {action}
      </header>
      {children}
    </div>
  )
}

/** A part of a page under its own heading. */
export function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <header>
        <h2>{title}</h2>
        {hint && <p>{hint}</p>}
      </header>
      {children}
    </section>
  )
}
