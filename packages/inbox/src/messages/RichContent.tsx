import type { Message } from '../api/types.ts'
import { OfferedButtons } from '../buttons/OfferedButtons.tsx'
import { PressedButton } from '../buttons/PressedButton.tsx'
import { LocationCard } from '../locations/LocationCard.tsx'
import { t } from '../strings/thread.ts'
import styles from './RichContent.module.css'

/** What a message has beside its text, and what the customer got as text in its place. */
export function RichContent({ message, conversationId }: { message: Message; conversationId: string }) {
  const { metadata, fallback } = message
  const { buttons, pressed_button, location } = metadata
  return (
    <>
      {location && <LocationCard location={location} />}
      {fallback && (
        <div className={styles.fallback}>
          <p>{t.thread.sentAsText}</p>
          <p className={styles.text} dir="auto">
            {fallback.text}
          </p>
        </div>
      )}
      {buttons && !fallback?.replaces.includes('buttons') && (
        <OfferedButtons id={message.id} buttons={buttons} conversationId={conversationId} />
      )}
      {pressed_button && <PressedButton pressed={message.pressed} button={pressed_button} />}
    </>
  )
}
