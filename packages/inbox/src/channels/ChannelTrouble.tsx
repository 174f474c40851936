import { IconAlertTriangle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { Channel } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { useOverAt } from '../ui/time/over.ts'
import styles from './ChannelTrouble.module.css'
import { pausesOf } from './health-state.ts'
import { troubleText } from './trouble.ts'

/** A warning that a channel does not send, before anyone types. */
export function ChannelTrouble({ channel }: { channel: Channel | undefined }) {
  useOverAt(channel ? pausesOf(channel) : [])
  const text = channel && troubleText(channel)
  return (
    <div role="status">
      {text && (
        <p className={styles.banner}>
          <IconAlertTriangle size={16} aria-hidden />
          <span>{text}</span>
          {channel.authorization?.state === 'ended' && (
            <Link to={`/settings/channels/${channel.id}` as string}>{s.channel.authorize}</Link>
          )}
        </p>
      )}
    </div>
  )
}
