import { IconChevronRight } from '@tabler/icons-react'
import { s } from '../strings/strings.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { Time } from '../ui/time/Time.tsx'
import styles from './EventLines.module.css'
import { eventWords } from './event-words.ts'
import type { EventRow } from './timeline-rows.ts'

/** What happened between messages: one quiet line, folded when it is many. */
export function EventLines({ row: { events } }: RowProps<EventRow>) {
  const lines = events.map((event) => ({ event, words: eventWords(event) })).filter(({ words }) => words !== null)
  const last = lines.at(-1)
  if (!last) return <div className={styles.none} />
  if (lines.length < 3) {
    return (
      <ul className={styles.lines}>
        {lines.map(({ event, words }) => (
          <EventLine key={event.id} at={event.emitted_at} words={words ?? ''} />
        ))}
      </ul>
    )
  }
  return (
    <details className={styles.folded}>
      <summary>
        <IconChevronRight size={14} aria-hidden className={styles.chevron} />
        <bdi>{last.words}</bdi> · {s.thread.events(lines.length)}
      </summary>
      <ul>
        {lines.map(({ event, words }) => (
          <EventLine key={event.id} at={event.emitted_at} words={words ?? ''} />
        ))}
      </ul>
    </details>
  )
}

function EventLine({ at, words }: { at: number; words: string }) {
  return (
    <li>
      <bdi>{words}</bdi> · <Time at={at} as="clock" />
    </li>
  )
}
