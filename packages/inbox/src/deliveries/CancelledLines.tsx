import { IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Message } from '../api/types.ts'
import styles from '../events/EventEntries.module.css'
import { s } from '../strings/strings.ts'
import { t } from '../strings/thread.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { messageDeliveryText } from './delivery-texts.ts'
import { useEditAgain } from './edit-again.ts'
import type { CancelledRow } from './timeline-rows.ts'
import { useDecider } from './useDecider.ts'

/** Cancelled messages: one line, which expands to their text. */
export function CancelledLines({ row: { messages }, conversation }: RowProps<CancelledRow>) {
  const lines = messages.map((message) => (
    <CancelledLine key={message.id} message={message} conversationId={conversation.id} />
  ))
  if (lines.length === 1) return lines[0]
  return <Folded summary={t.delivery.cancelledLines(lines.length)}>{lines}</Folded>
}

function CancelledLine({ message, conversationId }: { message: Message; conversationId: string }) {
  const decider = useDecider(message, message.delivery)
  const edit = useEditAgain(conversationId)
  return (
    <article id={message.id} aria-label={t.delivery.cancelledMessage}>
      <Folded summary={messageDeliveryText(message, undefined, { decider })?.text}>
        <bdi className={styles.text}>{message.text}</bdi>
        <button type="button" className={styles.edit} onClick={() => edit(message)}>
          {s.delivery.edit}
        </button>
      </Folded>
    </article>
  )
}

function Folded({ summary, children }: { summary: string | undefined; children: ReactNode }) {
  return (
    <details className={styles.folded}>
      <summary>
        <IconChevronRight size={14} aria-hidden className={styles.chevron} />
        <bdi>{summary}</bdi>
      </summary>
      {children}
    </details>
  )
}
