import type { Channel } from '../api/types.ts'
import { t } from '../strings/settings.ts'
import { useOverAt } from '../ui/time/over.ts'
import styles from './ChannelStatus.module.css'
import { Health } from './Health.tsx'
import { pausesOf } from './health-state.ts'
import { healthHint } from './health-texts.ts'

/** The state of a channel, the reason, and what Portico does about it. */
export function ChannelStatus({ channel }: { channel: Channel }) {
  const { last_error } = channel.health
  useOverAt(pausesOf(channel))
  return (
    <section aria-label={t.channels.status} className={styles.status}>
      <Health channel={channel} />
      <p>{healthHint(channel)}</p>
      {last_error && (
        <p className={styles.error}>
          <strong>{t.channels.lastError}:</strong> {last_error}
        </p>
      )}
    </section>
  )
}
