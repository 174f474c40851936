import { useQuery } from '@tanstack/react-query'
import type { Attempt, Message } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { t } from '../strings/thread.ts'
import { dueTime } from '../ui/time/formats.ts'
import { Time } from '../ui/time/Time.tsx'
import lineStyles from './DeliveryLine.module.css'
import styles from './DeliveryTimeline.module.css'
import { deliveryText, noAttemptText } from './delivery-texts.ts'
import { deliveryQuery } from './queries.ts'
import { useDecider } from './useDecider.ts'

/** The attempts with time, status, duration and the response of the channel's server. */
export default function DeliveryTimeline({ message }: { message: Message }) {
  const { data: delivery, error, refetch } = useQuery(deliveryQuery(message.id))
  const decider = useDecider(message, delivery)
  return (
    <div className={styles.timeline}>
      <h2 className={styles.title}>{s.delivery.timeline}</h2>
      {delivery && <p className={styles.state}>{deliveryText(delivery, undefined, { decider }).text}</p>}
      {!delivery && !error && (
        <p className={styles.state} aria-busy>
          {t.delivery.asking}
        </p>
      )}
      {error && (
        <p role="alert" className={styles.state}>
          {error.message}{' '}
          <button type="button" className={lineStyles.verb} onClick={() => void refetch()}>
            {s.errors.retry}
          </button>
        </p>
      )}
      <ol className={styles.attempts}>
        <li>
          <span>{t.delivery.created}</span>
          <Time at={message.created_at} as="clock" className={styles.time} />
        </li>
        {delivery?.attempts_log.map((attempt) => (
          <AttemptLine key={attempt.number} attempt={attempt} />
        ))}
        {message.delivered_at && <li>{s.delivery.delivered(dueTime(message.delivered_at))}</li>}
        {message.seen_at && <li>{s.delivery.read(dueTime(message.seen_at))}</li>}
      </ol>
      {delivery?.attempts_log.length === 0 && <p className={styles.hint}>{noAttemptText(delivery.state)}</p>}
    </div>
  )
}

function AttemptLine({ attempt }: { attempt: Attempt }) {
  const { started_at, duration_ms, status_code, outcome, error, response_excerpt, detail } = attempt
  const answer = status_code === null ? t.delivery.noAnswer : t.delivery.answered(status_code)
  const why = typeof error === 'string' ? error : error?.message
  return (
    <li data-outcome={outcome}>
      <span>
        {t.delivery.attempt(attempt.number)}: {t.delivery.outcome[outcome] ?? outcome}
      </span>
      <Time at={started_at} as="clock" className={styles.time} />
      <p className={styles.hint}>
        {[answer, duration_ms !== null && t.delivery.ms(duration_ms)].filter(Boolean).join(' · ')}
      </p>
      {why && (
        <p className={styles.hint}>
          <bdi>{why}</bdi>
        </p>
      )}
      <Unfolding title={t.delivery.serverSaid} text={response_excerpt} />
      <Unfolding title={t.delivery.technicalReason} text={detail} />
    </li>
  )
}

function Unfolding({ title, text }: { title: string; text: string | null }) {
  if (!text) return null
  return (
    <details>
      <summary>{title}</summary>
      <pre>{text}</pre>
    </details>
  )
}
