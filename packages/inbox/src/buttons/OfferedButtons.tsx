import { visibleName } from '@portico/protocol/visible'
import { useInfiniteQuery } from '@tanstack/react-query'
import type { Message } from '../api/types.ts'
import { ofKind } from '../timeline/pages.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { ButtonList } from './ButtonList.tsx'
import styles from './buttons.module.css'
import { t } from './editor-strings.ts'

interface OfferedButtonsProps {
  /** Of their message. */
  id: string
  buttons: NonNullable<Message['metadata']['buttons']>
  conversationId: string
}

/** The buttons of a message, and which of them the customer pressed. */
export function OfferedButtons({ id, buttons, conversationId }: OfferedButtonsProps) {
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
