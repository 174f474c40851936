import type { Conversation } from '../api/types.ts'
import { conversationMarks } from '../marks/marks.ts'
import styles from './ConversationRow.module.css'

/** What nouns say of a conversation in the list. */
export function RowMarks({ conversation }: { conversation: Conversation }) {
  return conversationMarks().map(({ label, of }) => {
    const { name, icon: Icon, tone, isUsual } = of(conversation)
    if (isUsual) return null
    return (
      <span key={label} className={styles.mark} data-tone={tone} title={`${label}: ${name}`}>
        <Icon size={14} stroke={2.25} aria-hidden />
        <span className="visually-hidden">{`, ${label}: ${name}`}</span>
      </span>
    )
  })
}
