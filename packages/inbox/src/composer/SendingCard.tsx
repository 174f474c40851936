import { MessageAttachments } from '../attachments/MessageAttachments.tsx'
import { t } from '../attachments/strings.ts'
import { WaitingFiles } from '../attachments/WaitingFiles.tsx'
import { attachmentsOf, stillToUpload } from '../attachments/waiting-files.ts'
import { ButtonList } from '../buttons/ButtonList.tsx'
import lineStyles from '../deliveries/DeliveryLine.module.css'
import { LocationCard } from '../locations/LocationCard.tsx'
import bodyStyles from '../messages/MessageBody.module.css'
import styles from '../messages/MessageCard.module.css'
import { type BlockReason, resend, useBlockReason } from '../outbox/outbox.ts'
import { s } from '../strings/strings.ts'
import { t as ofThread } from '../strings/thread.ts'
import type { RowProps } from '../timeline/kinds.ts'
import { type Sending, undoReply } from './sending.ts'
import type { SendingRow } from './timeline-rows.ts'

/** A reply that the hub has not confirmed yet. */
export function SendingCard({ row: { sending, startsGroup } }: RowProps<SendingRow>) {
  const reason = useBlockReason(sending)
  const attachments = attachmentsOf(sending)
  const waiting = stillToUpload(sending)
  return (
    <article className={styles.card} data-side="out" data-starts={startsGroup || undefined}>
      <div className={styles.bubble} data-ends>
        {sending.text && (
          <bdi className={bodyStyles.text} dir="auto">
            {sending.text}
          </bdi>
        )}
        {attachments.length > 0 && <MessageAttachments attachments={attachments} />}
        {waiting.length > 0 && (
          <WaitingFiles
            reply={sending}
            files={waiting}
            canLeaveOut={sending.text.trim() !== '' || attachments.length + waiting.length > 1}
          />
        )}
        {sending.location && <LocationCard location={sending.location} />}
        {sending.buttons && sending.buttons.length > 0 && <ButtonList buttons={sending.buttons} />}
      </div>
      <div className={lineStyles.line} data-tone={reason ? 'warning' : 'quiet'}>
        <span className={lineStyles.state}>{statusText(sending, reason)}</span>
        {reason === 'failed_in_page' && (
          <button type="button" className={lineStyles.verb} onClick={() => resend(sending)}>
            {s.errors.retry}
          </button>
        )}
        {(reason || waiting.length > 0) && !sending.isUnwanted && (
          <button type="button" className={lineStyles.verb} onClick={() => undoReply(sending)}>
            {waiting.length > 0 ? s.delivery.edit : s.delivery.undo}
          </button>
        )}
      </div>
    </article>
  )
}

function statusText(sending: Sending, reason: BlockReason | undefined): string {
  const { isUnwanted } = sending
  if (isUnwanted && reason !== 'failed_in_page') return s.delivery.undoing
  const waiting = stillToUpload(sending)
  if (waiting.some(({ problem }) => problem !== undefined)) return t.notUploaded
  if (!reason && waiting.length > 0) return t.sentAfterUploads(waiting.length)
  return reason ? ofThread.waitsBecause[reason] : s.delivery.sending
}
