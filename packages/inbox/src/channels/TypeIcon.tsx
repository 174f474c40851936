import { IconMail, IconMessage, IconPhone } from '@tabler/icons-react'
import type { ChannelTypeSummary } from '../api/types.ts'
import styles from './TypeIcon.module.css'

const fallback = { custom: IconMessage, email: IconMail, phone: IconPhone }

/** The icon of a channel type, or a default for its contact type. It is decorative: the name is beside it. */
export function TypeIcon({
  type: { icon, contact_type },
  size = 32,
}: {
  type: Pick<ChannelTypeSummary, 'icon' | 'contact_type'>
  size?: 32 | 40
}) {
  const Fallback = fallback[contact_type] ?? IconMessage
  return (
    <span className={styles.icon} data-size={size}>
      {icon ? <img src={icon} alt="" /> : <Fallback size={size / 2} stroke={1.75} aria-hidden />}
    </span>
  )
}
