import { Link } from '@tanstack/react-router'
import { channelHealthEn as texts } from '../strings/channel-health.en.ts'
import { dueTime } from '../ui/time/formats.ts'
import styles from './health.module.css'
import type { LoggedDelivery } from './queries.ts'

/** A delivery of the log: the message, what became of it, and why. */
export function DeliveryText({ delivery }: { delivery: LoggedDelivery }) {
  const { state, preview, message_id, settled_at, attempts, status_code, duration_ms, error } = delivery
  const facts = [
    dueTime(settled_at),
    texts.attempts(attempts),
    status_code !== null && duration_ms !== null ? texts.answered(status_code, duration_ms) : '',
    message_id,
  ]
  return (
    <span className={styles.text}>
      <span>
        <span className={styles.state} data-state={state}>
          {texts.states[state]}
        </span>{' '}
        <Link to={`/conversations/${delivery.conversation_id}` as string}>
          <bdi>{preview || texts.noText}</bdi>
        </Link>
      </span>
      {error && <span>{error.message || error.code}</span>}
      <span className={styles.quiet}>{facts.filter(Boolean).join(' · ')}</span>
    </span>
  )
}
