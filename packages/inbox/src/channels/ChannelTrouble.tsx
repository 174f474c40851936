import { IconAlertTriangle } from '@tabler/icons-react'
import type { Channel } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { dueTime } from '../time/words.ts'
import styles from './ChannelTrouble.module.css'

/** Says that a channel does not send, before anyone types. */
export function ChannelTrouble({ channel }: { channel: Channel | undefined }) {
  const words = channel && troubleWords(channel)
  return (
    <div role="status">
      {words && (
        <p className={styles.banner}>
          <IconAlertTriangle size={16} aria-hidden />
          <span>{words}</span>
        </p>
      )}
    </div>
  )
}

export function troubleWords({ name, status, health }: Channel, now?: number): string | null {
  if (health?.state === 'paused') {
    return health.next_try_at === null
      ? s.channel.failingPlain(name)
      : s.channel.paused(name, dueTime(health.next_try_at, now))
  }
  if (health?.state === 'failing') {
    return health.last_error
      ? s.channel.failing(name, health.last_error.replace(/\.$/, ''))
      : s.channel.failingPlain(name)
  }
  return status === 'offline' ? s.channel.offline(name) : null
}
