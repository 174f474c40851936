import { queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import { nameOf, teammatesQuery } from '../teammates/queries.ts'
import { dueTime } from '../ui/time/formats.ts'
import styles from './EditedMark.module.css'
import { t } from './strings.ts'

/** That a message was edited; a press shows what it said before. */
export function EditedMark({ message }: { message: Message }) {
  const [isOpen, setOpen] = useState(false)
  if (!message.edited_at) return null
  return (
    <>
      <button type="button" className={styles.mark} aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t.editedAt(dueTime(message.edited_at))}
      </button>
      {isOpen && <Versions message={message} />}
    </>
  )
}

function versionsQuery({ id, edited_at }: Message) {
  return queryOptions({
    queryKey: ['versions', id, edited_at],
    queryFn: async ({ signal }) =>
      (await request('GET', `/messages/${id}/versions`, { query: { limit: 100 }, signal })).body._results,
  })
}

function Versions({ message }: { message: Message }) {
  const { data: versions, isError } = useQuery(versionsQuery(message))
  const { data: teammates } = useQuery(teammatesQuery)
  if (isError) return <p className={styles.problem}>{t.noVersions}</p>
  const authorOf = ({ kind, teammate_id }: { kind: 'teammate' | 'api' | 'channel'; teammate_id: string | null }) => {
    const teammate = teammates?.find(({ id }) => id === teammate_id)
    if (teammate) return nameOf(teammate)
    return kind === 'channel' && message.is_inbound ? t.by.customer : t.by[kind]
  }
  return (
    <ol className={styles.versions} aria-label={t.versions}>
      {versions?.map(({ number, text, author, written_at, is_current }) => (
        <li key={number}>
          <span>
            <bdi>{authorOf(author)}</bdi>, {dueTime(written_at)}
          </span>
          <bdi dir="auto">{is_current ? t.asNow : text}</bdi>
        </li>
      ))}
    </ol>
  )
}
