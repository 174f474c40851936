import { IconClock } from '@tabler/icons-react'
import { t } from './strings.ts'
import type { ShownWindow } from './useFreeTextWindow.ts'
import styles from './WindowNotice.module.css'

/** How long free text is still taken. */
export function WindowNotice({ window: { closesAt, minutesLeft } }: { window: ShownWindow }) {
  if (closesAt === null) return null
  return (
    <p className={styles.notice} data-soon={minutesLeft <= 60 || undefined}>
      <IconClock size={14} aria-hidden />
      {t.open(closesAt, minutesLeft * 60)}
    </p>
  )
}
