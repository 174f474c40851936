import { IconChevronRight } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { Message } from '../api/types.ts'
import styles from '../events/EventEntries.module.css'
import { s } from '../strings/strings.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { useEditAgain } from './edit-again.ts'
import type { CancelledRow } from './timeline-rows.ts'
import { useDecider } from './useDecider.ts'
import { messageWords } from './words.ts'

/** What was taken back is no answer: one line, which unfolds to the words. */
export function CancelledLines({ row: { messages }, conversation }: RowProps<CancelledRow>) {
  const lines = messages.map((message) => (
    <CancelledLine key={message.id} message={message} conversationId={conversation.id} />
  ))
  if (lines.length === 1) return lines[0]
  return <Folded words={s.delivery.cancelledLines(lines.length)}>{lines}</Folded>
}

function CancelledLine({ message, conversationId }: { message: Message; conversationId: string }) {
  const decider = useDecider(message, message.delivery)
  const edit = useEditAgain(conversationId)
  return (
    <article id={message.id} aria-label={s.delivery.cancelledMessage}>
      <Folded words={messageWords(message, undefined, { decider })?.text}>
        <bdi className={styles.words}>{message.text}</bdi>
        <button type="button" className={styles.edit} onClick={() => edit(message)}>
          {s.delivery.edit}
        </button>
      </Folded>
    </article>
  )
}

function Folded({ words, children }: { words: string | undefined; children: ReactNode }) {
  return (
    <details className={styles.folded}>
      <summary>
        <IconChevronRight size={14} aria-hidden className={styles.chevron} />
        <bdi>{words}</bdi>
      </summary>
      {children}
    </details>
  )
}
