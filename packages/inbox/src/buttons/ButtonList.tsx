import { IconCheck, IconExternalLink } from '@tabler/icons-react'
import type { DraftButton } from './button.ts'
import styles from './buttons.module.css'
import { t } from './editor-strings.ts'

interface ButtonListProps {
  buttons: DraftButton[]
  /** Ids of those that the customer pressed. */
  chosen?: ReadonlySet<string>
}

/** Buttons as the customer sees them; here only those of pages can be pressed. */
export function ButtonList({ buttons, chosen }: ButtonListProps) {
  return (
    <ul className={styles.list} aria-label={t.list}>
      {buttons.map(({ id, title, url }) => (
        <li key={id}>
          {url === undefined ? (
            <span className={styles.button} data-chosen={chosen?.has(id) || undefined}>
              {chosen?.has(id) && <IconCheck size={14} aria-hidden />}
              <bdi>{title}</bdi>
            </span>
          ) : (
            <a className={styles.button} href={url} target="_blank" rel="noopener noreferrer">
              <bdi>{title}</bdi>
              <IconExternalLink size={14} aria-hidden />
            </a>
          )}
        </li>
      ))}
    </ul>
  )
}
