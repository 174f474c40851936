import { IconChevronRight } from '@tabler/icons-react'
import type { HubEvent, Teammate } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import { Time } from '../time/Time.tsx'
import styles from './EventLines.module.css'

/** What happened between messages: one quiet line, folded when it is many. */
export function EventLines({ events }: { events: HubEvent[] }) {
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

/** null: nothing a reader of the thread needs to know. */
export function eventWords({ type, source, target }: HubEvent): string | null {
  const actor = actorName(source)
  switch (type) {
    case 'assign': {
      const teammate = target?.data as Teammate | null | undefined
      if (!teammate) return null
      const isSelf = source?._meta.type === 'teammate' && (source.data as Teammate | null)?.id === teammate.id
      return isSelf ? s.thread.tookIt(actor) : s.thread.assignedBy(actor, nameOf(teammate))
    }
    case 'unassign':
      return s.thread.unassignedBy(actor)
    case 'archive':
      return s.thread.archivedBy(actor)
    case 'reopen':
      return source?._meta.type === 'inboxes' ? s.thread.reopenedByMessage : s.thread.reopenedBy(actor)
    default:
      return null
  }
}

function actorName(source: HubEvent['source']): string {
  if (source?._meta.type === 'teammate' && source.data) return nameOf(source.data as Teammate)
  return source?._meta.type === 'api' ? s.thread.api : s.thread.system
}
