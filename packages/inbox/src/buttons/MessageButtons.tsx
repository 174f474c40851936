import { visibleName } from '@portico/protocol/visible'
import { IconHandClick } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Message } from '../api/types.ts'
import { ofKind } from '../timeline/pages.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { ButtonList } from './ButtonList.tsx'
import styles from './buttons.module.css'
import { t } from './strings.ts'

/** The buttons of a message with what became of them, or the button that the customer pressed. */
export function MessageButtons({ message, conversationId }: { message: Message; conversationId: string }) {
  const { metadata, fallback } = message
  const { buttons, pressed_button } = metadata
  if (pressed_button) return <Pressed message={message} />
  if (fallback) return <Fallback text={fallback.text} />
  return buttons ? <Offered id={message.id} buttons={buttons} conversationId={conversationId} /> : null
}

/** What the customer got in their place. */
function Fallback({ text }: { text: string }) {
  return (
    <div className={styles.fallback}>
      <p className={styles.hint}>{t.sentAsText}</p>
      <p className={styles.asText} dir="auto">
        {text}
      </p>
    </div>
  )
}

interface OfferedProps {
  id: string
  buttons: NonNullable<Message['metadata']['buttons']>
  conversationId: string
}

function Offered({ id, buttons, conversationId }: OfferedProps) {
  const { data } = useInfiniteQuery({ ...timelineQuery(conversationId), enabled: false })
  const messages = data?.pages.flatMap(({ entries }) => ofKind(entries, 'message').map(({ message }) => message)) ?? []
  const presses = messages.filter(({ pressed }) => pressed?.message_id === id).reverse()
  const chosen = new Set(presses.map(({ metadata }) => metadata.pressed_button?.id ?? ''))
  return (
    <>
      <ButtonList buttons={buttons} chosen={chosen} />
      {presses.map((press) => (
        <p key={press.id} className={styles.chosen}>
          <bdi>{t.chose(nameOf(press), press.pressed?.title ?? '')}</bdi>
        </p>
      ))}
    </>
  )
}

function nameOf({ recipients }: Message): string {
  const from = recipients.find(({ role }) => role === 'from')
  return visibleName(from?.name) ?? from?.handle ?? ''
}

function Pressed({ message: { pressed, metadata } }: { message: Message }) {
  const { id, title } = metadata.pressed_button ?? { id: '' }
  return (
    <p className={styles.pressed}>
      <IconHandClick size={14} aria-hidden />
      <bdi>{pressed ? t.pressed(pressed.title) : t.pressedUnknown(title ?? id)}</bdi>
    </p>
  )
}
