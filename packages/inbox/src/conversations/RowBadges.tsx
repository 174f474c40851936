import type { Conversation } from '../api/types.ts'
import { conversationBadges } from '../badges/badges.ts'
import styles from './ConversationRow.module.css'

/** The badges of a conversation in the list. */
export function RowBadges({ conversation }: { conversation: Conversation }) {
  return conversationBadges().map(({ label, of }) => {
    const { name, icon: Icon, tone, isUsual } = of(conversation)
    if (isUsual) return null
    return (
      <span key={label} className={styles.badge} data-tone={tone} title={`${label}: ${name}`}>
        <Icon size={14} stroke={2.25} aria-hidden />
        <span className="visually-hidden">{`, ${label}: ${name}`}</span>
      </span>
    )
  })
}
