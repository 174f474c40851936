import { visibleName } from '@portico/protocol/visible'
import { useQuery } from '@tanstack/react-query'
import { Fact } from '../details/Fact.tsx'
import type { PanelProps } from '../details/panels.ts'
import { s } from '../strings/strings.ts'
import { t } from '../strings/thread.ts'
import { Avatar } from '../ui/avatars/Avatar.tsx'
import styles from './Customer.module.css'
import { CustomerName } from './CustomerName.tsx'
import { handlesOf } from './handles.ts'
import { contactIdOf, contactQuery } from './queries.ts'

/** The customer's name and handles. */
export function Customer({ conversation }: PanelProps) {
  const { recipient } = conversation
  const id = contactIdOf(conversation)
  const contact = useQuery({ ...contactQuery(id ?? ''), enabled: id !== undefined })
  const name =
    visibleName(contact.data?.name) ??
    visibleName(recipient?.name) ??
    visibleName(recipient?.handle) ??
    s.conversations.someone
  return (
    <>
      <div className={styles.who}>
        <Avatar name={name} seed={recipient?.handle ?? conversation.id} />
        <CustomerName name={name} contactId={contact.data ? id : undefined} />
      </div>
      <dl className={styles.handles}>
        {handlesOf(conversation, contact.data?.handles).map(({ source, handle }) => (
          <Fact key={`${source} ${handle}`} name={nameOfSource(source)}>
            <bdi>{handle}</bdi>
          </Fact>
        ))}
      </dl>
      {contact.data?.description && <p className={styles.about}>{contact.data.description}</p>}
      {contact.isError && (
        <p role="alert" className={styles.problem}>
          {t.details.handlesFailed(contact.error.message)}
          <button type="button" onClick={() => void contact.refetch()}>
            {s.errors.retry}
          </button>
        </p>
      )}
    </>
  )
}

function nameOfSource(source: string | null): string {
  if (source === 'email' || source === 'phone') return t.details[source]
  return t.details.handle
}
