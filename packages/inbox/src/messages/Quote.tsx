import type { Message } from '../api/types.ts'
import { t as threadTexts } from '../strings/thread.ts'
import { jumpTo } from '../timeline/jump.ts'
import styles from './Quote.module.css'
import { t } from './strings.ts'

/** The message that this one answers; a press leads to it. */
export function Quote({ message, conversationId }: { message: Message; conversationId: string }) {
  const { quoted } = message
  if (!quoted) return null
  if (quoted.message_id === null) return <p className={styles.missing}>{threadTexts.thread.quoteMissing}</p>
  const { message_id: id, is_removed } = quoted
  const blurb = is_removed ? t.removedShort : quoted.blurb
  const name = quoted.name ?? (quoted.is_inbound ? threadTexts.thread.quoteTheirs : threadTexts.thread.quoteOurs)
  return (
    <button type="button" className={styles.quote} onClick={() => jumpTo(conversationId, id)}>
      <span className="visually-hidden">{`${threadTexts.thread.quote(name)}: `}</span>
      <bdi className={styles.name} aria-hidden>
        {name}
      </bdi>
      <bdi className={styles.text}>{blurb}</bdi>
    </button>
  )
}
