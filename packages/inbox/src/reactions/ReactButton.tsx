import { IconMoodPlus } from '@tabler/icons-react'
import type { Message } from '../api/types.ts'
import { useOutbox } from '../outbox/outbox.ts'
import { useMe } from '../session/session.ts'
import { lazyWithFallback } from '../ui/lazy-with-fallback.tsx'
import { NotLoaded } from '../ui/pages/NotLoaded.tsx'
import { Popup } from '../ui/popups/Popup.tsx'
import styles from '../ui/popups/round-button.module.css'
import { isMine, shownReactions, toggleReaction } from './reacting.ts'
import { t } from './strings.ts'

const Picker = lazyWithFallback(async () => ({ default: (await import('./Picker.tsx')).Picker }), NotLoaded)

/** Opens the emojis to react to a message with. The key of the action presses it. */
export function ReactButton({ message, conversationId }: { message: Message; conversationId: string }) {
  return (
    <Popup
      role="dialog"
      label={t.picker}
      width={320}
      side="above"
      edge={message.is_inbound ? 'left' : 'right'}
      button={(props) => (
        <button {...props} type="button" data-react className={styles.button} aria-label={t.react} title={t.react}>
          <IconMoodPlus size={18} stroke={1.75} aria-hidden />
        </button>
      )}
    >
      <ChoosingPicker message={message} conversationId={conversationId} />
    </Popup>
  )
}

function ChoosingPicker({ message, conversationId }: { message: Message; conversationId: string }) {
  const me = useMe()
  const shown = shownReactions(message, useOutbox(), me)
  const mine = shown.filter(({ people }) => isMine(people, me.id)).map(({ emoji }) => emoji)
  const choose = (emoji: string) => toggleReaction(message, conversationId, emoji, !mine.includes(emoji))
  return <Picker mine={mine} onChoose={choose} />
}
