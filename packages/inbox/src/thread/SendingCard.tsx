import { type Sending, takeBackReply } from '../composer/sending.ts'
import lineStyles from '../deliveries/DeliveryLine.module.css'
import bodyStyles from '../messages/MessageBody.module.css'
import { type Hindrance, useHindrance } from '../outbox/outbox.ts'
import { s } from '../strings/strings.ts'
import styles from './MessageCard.module.css'

/** A reply that the hub has not confirmed yet. */
export function SendingCard({ sending, startsGroup }: { sending: Sending; startsGroup: boolean }) {
  const hindrance = useHindrance(sending.conversationId)
  return (
    <article className={styles.card} data-side="out" data-starts={startsGroup || undefined}>
      <div className={styles.bubble} data-ends>
        <bdi className={bodyStyles.text} dir="auto">
          {sending.text}
        </bdi>
      </div>
      <div className={lineStyles.line} data-tone={hindrance ? 'warning' : 'quiet'}>
        <span className={lineStyles.state}>{words(sending, hindrance)}</span>
        {hindrance && !sending.isUnwanted && (
          <button type="button" className={lineStyles.verb} onClick={() => takeBackReply(sending)}>
            {s.delivery.undo}
          </button>
        )}
      </div>
    </article>
  )
}

function words({ isUnwanted }: Sending, hindrance: Hindrance | undefined): string {
  if (isUnwanted) return s.delivery.takingBack
  return hindrance ? s.delivery.waitsBecause[hindrance] : s.delivery.sending
}
