import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { channelsQuery, inboxIdOf, isInTrouble } from '../channels/queries.ts'
import { s } from '../strings/strings.ts'
import styles from './InboxTrouble.module.css'

/** The warning badge of an inbox whose channels do not send. */
export function InboxTrouble({ inboxId }: { inboxId: string }) {
  const { data: channels = [] } = useQuery(channelsQuery)
  const troubled = channels.filter((channel) => inboxIdOf(channel) === inboxId && isInTrouble(channel))
  if (troubled.length === 0) return null
  const label = s.sidebar.trouble(troubled.map((channel) => channel.name).join(', '))
  return (
    <span role="img" aria-label={label} title={label} className={styles.trouble}>
      <IconAlertTriangle size={16} aria-hidden />
    </span>
  )
}
