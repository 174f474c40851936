import { MessageAttachments } from '../attachments/MessageAttachments.tsx'
import lineStyles from '../deliveries/DeliveryLine.module.css'
import bodyStyles from '../messages/MessageBody.module.css'
import styles from '../messages/MessageCard.module.css'
import { type BlockReason, resend, useBlockReason } from '../outbox/outbox.ts'
import { s } from '../strings/strings.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { type Sending, undoReply } from './sending.ts'
import type { SendingRow } from './timeline-rows.ts'

/** A reply that the hub has not confirmed yet. */
export function SendingCard({ row: { sending, startsGroup } }: RowProps<SendingRow>) {
  const reason = useBlockReason(sending)
  return (
    <article className={styles.card} data-side="out" data-starts={startsGroup || undefined}>
      <div className={styles.bubble} data-ends>
        {sending.text && (
          <bdi className={bodyStyles.text} dir="auto">
            {sending.text}
          </bdi>
        )}
        {sending.attachments && sending.attachments.length > 0 && (
          <MessageAttachments attachments={sending.attachments} />
        )}
      </div>
      <div className={lineStyles.line} data-tone={reason ? 'warning' : 'quiet'}>
        <span className={lineStyles.state}>{statusText(sending, reason)}</span>
        {reason === 'failed_in_page' && (
          <button type="button" className={lineStyles.verb} onClick={() => resend(sending)}>
            {s.errors.retry}
          </button>
        )}
        {reason && !sending.isUnwanted && (
          <button type="button" className={lineStyles.verb} onClick={() => undoReply(sending)}>
            {s.delivery.undo}
          </button>
        )}
      </div>
    </article>
  )
}

function statusText({ isUnwanted }: Sending, reason: BlockReason | undefined): string {
  if (isUnwanted && reason !== 'failed_in_page') return s.delivery.undoing
  return reason ? s.delivery.waitsBecause[reason] : s.delivery.sending
}
