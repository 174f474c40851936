import { IconMail, IconMessage, IconPhone } from '@tabler/icons-react'
import type { Channel } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import styles from './ChannelIcon.module.css'

const fallback = { custom: IconMessage, email: IconMail, phone: IconPhone }

/** The icon of a channel's type, or a default for the type's kind of contact. */
export function ChannelIcon({ channel, className = '' }: { channel: Channel; className?: string }) {
  const { icon, contact_type } = channel.channel_type
  const Fallback = fallback[contact_type] ?? IconMessage
  return (
    <span className={`${styles.icon} ${className}`} title={s.channel.icon(channel.name)}>
      {icon ? <img src={icon} alt="" /> : <Fallback size={10} stroke={2.25} aria-hidden />}
    </span>
  )
}
