import lineStyles from '../deliveries/DeliveryLine.module.css'
import { useHindrance } from '../outbox/outbox.ts'
import { s } from '../strings/strings.ts'
import bodyStyles from './MessageBody.module.css'
import styles from './MessageCard.module.css'
import type { Sending } from './sending.ts'

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
      <p className={lineStyles.line} data-tone={hindrance ? 'warning' : 'quiet'}>
        {hindrance ? s.delivery.waitsBecause[hindrance] : s.delivery.sending}
      </p>
    </article>
  )
}
