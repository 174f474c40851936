import type { Channel, Conversation } from '../api/types.ts'
import styles from './TypingLine.module.css'
import { useTypingText } from './useTypingText.ts'

interface TypingLineProps {
  conversation: Conversation
  channel: Channel | undefined
}

/** Who writes, below the thread. Its place is kept free, so that nothing moves. */
export function TypingLine({ conversation, channel }: TypingLineProps) {
  const text = useTypingText(conversation)
  if (!channel?.channel_type.capabilities.includes('typing')) return null
  return (
    <p role="status" className={styles.line}>
      {text && (
        <>
          <span className={styles.dots} aria-hidden>
            <i />
            <i />
            <i />
          </span>
          <bdi>{text}</bdi>
        </>
      )}
    </p>
  )
}
