import type { ReactNode } from 'react'
import { t } from '../strings/sign-in.ts'
import { s } from '../strings/strings.ts'
import styles from './EntryPage.module.css'

/** The frame of the pages before the sign-in. */
export function EntryPage({ title, intro, children }: { title: string; intro?: string; children?: ReactNode }) {
  return (
    <main className={styles.page}>
      <title>{`${title} – ${s.app.name}`}</title>
      <div className={styles.card}>
        <p className={styles.brand}>
          <img src={`${import.meta.env.BASE_URL}favicon.svg`} alt="" width={28} height={28} />
          {s.app.name}
        </p>
        <h1>{title}</h1>
        {intro && <p className={styles.intro}>{intro}</p>}
        {children}
      </div>
      <p className={styles.tagline}>{t.tagline}</p>
    </main>
  )
}
