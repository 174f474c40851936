import { IconAlertCircle, IconClock, IconHelpCircle } from '@tabler/icons-react'
import type { Conversation } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import styles from './ConversationRow.module.css'

/** A badge of the worst undelivered state of a conversation's replies. */
export function DeliveryStatusBadge({ conversation: { undelivered } }: { conversation: Conversation }) {
  switch (undelivered) {
    case 'failed':
      return (
        <span className={styles.badge} data-tone="danger">
          <IconAlertCircle size={14} aria-hidden /> {s.conversations.failed}
        </span>
      )
    case 'not_confirmed':
      return (
        <span className={styles.badge} data-tone="warning">
          <IconHelpCircle size={14} aria-hidden /> {s.conversations.notConfirmed}
        </span>
      )
    case 'delayed':
      return (
        <span className={styles.badge} data-tone="warning">
          <IconClock size={14} aria-hidden /> {s.conversations.delayed}
        </span>
      )
    case null:
      return null
  }
}
