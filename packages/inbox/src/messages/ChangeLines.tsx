import { useQueryClient } from '@tanstack/react-query'
import type { Message } from '../api/types.ts'
import lineStyles from '../deliveries/DeliveryLine.module.css'
import { dueTime } from '../ui/time/formats.ts'
import styles from './ChangeLines.module.css'
import { decideChange } from './changes.ts'
import { editing } from './editing.ts'
import { t } from './strings.ts'

type Change = Message['changes'][number]
type Kind = 'edit' | 'deletion'

const isOurs = (change: Change): change is Change & { kind: Kind } =>
  change.kind === 'edit' || change.kind === 'deletion'

/** What became of changes of a message that the channel has not taken, and what can be done. */
export function ChangeLines({ message, conversationId }: { message: Message; conversationId: string }) {
  return message.changes
    .filter(isOurs)
    .map((change) => <ChangeLine key={change.kind} change={change} message={message} conversationId={conversationId} />)
}

interface ChangeLineProps {
  change: Change & { kind: Kind }
  message: Message
  conversationId: string
}

function ChangeLine({ change, message, conversationId }: ChangeLineProps) {
  const queryClient = useQueryClient()
  const { kind, state, error, may_have_arrived } = change
  const decide = (verb: 'retry' | 'discard') => void decideChange(queryClient, conversationId, message.id, kind, verb)
  const isFailed = state === 'failed'
  const canDiscard = isFailed || (error !== null && !may_have_arrived)
  return (
    <>
      {kind === 'edit' && error && (
        <p className={styles.other}>
          <span>{otherLabel(change)}</span>
          <bdi dir="auto">{isFailed ? message.edited_text : message.text}</bdi>
        </p>
      )}
      <div className={lineStyles.line} data-tone={isFailed ? 'danger' : error ? 'warning' : 'quiet'} role="status">
        <span className={lineStyles.state}>
          <bdi>{textOf(change)}</bdi>
        </span>
        <span className={lineStyles.verbs}>
          {isFailed && (
            <button type="button" className={lineStyles.verb} onClick={() => decide('retry')}>
              {t.retry}
            </button>
          )}
          {isFailed && kind === 'edit' && (
            <button type="button" className={lineStyles.verb} onClick={() => editing.start(message)}>
              {t.edit}
            </button>
          )}
          {canDiscard && (
            <button type="button" className={lineStyles.verb} onClick={() => decide('discard')}>
              {kind === 'edit' ? t.discard : t.keep}
            </button>
          )}
        </span>
      </div>
    </>
  )
}

function otherLabel({ state, may_have_arrived }: Change): string {
  if (state === 'failed') return t.yourText
  return may_have_arrived ? t.mayStillSee : t.stillSees
}

function textOf({ kind, state, error, next_attempt_at, may_have_arrived }: ChangeLineProps['change']): string {
  if (!error) return t.pending[kind]
  const text =
    state === 'failed' ? t.failed[kind](error.message) : t.delayed[kind](dueTime(next_attempt_at ?? 0), error.message)
  return may_have_arrived ? `${text} ${t.mayHaveArrived}` : text
}
