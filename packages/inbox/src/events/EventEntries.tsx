import { IconChevronRight } from '@tabler/icons-react'
import { t } from '../strings/thread.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { Time } from '../ui/time/Time.tsx'
import styles from './EventEntries.module.css'
import { eventText } from './event-text.ts'
import type { EventRow } from './timeline-rows.ts'

/** The events between messages, folded when there are many. */
export function EventEntries({ row: { events } }: RowProps<EventRow>) {
  const entries = events.map((event) => ({ event, text: eventText(event) })).filter(({ text }) => text !== null)
  const last = entries.at(-1)
  if (!last) return <div className={styles.none} />
  if (entries.length < 3) {
    return (
      <ul className={styles.entries}>
        {entries.map(({ event, text }) => (
          <EventEntry key={event.id} at={event.emitted_at} text={text ?? ''} />
        ))}
      </ul>
    )
  }
  return (
    <details className={styles.folded}>
      <summary>
        <IconChevronRight size={14} aria-hidden className={styles.chevron} />
        <bdi>{last.text}</bdi> · {t.thread.events(entries.length)}
      </summary>
      <ul>
        {entries.map(({ event, text }) => (
          <EventEntry key={event.id} at={event.emitted_at} text={text ?? ''} />
        ))}
      </ul>
    </details>
  )
}

function EventEntry({ at, text }: { at: number; text: string }) {
  return (
    <li>
      <bdi>{text}</bdi> · <Time at={at} as="clock" />
    </li>
  )
}
