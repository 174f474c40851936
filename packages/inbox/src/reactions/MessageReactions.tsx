import type { Channel, Message } from '../api/types.ts'
import lineStyles from '../deliveries/DeliveryLine.module.css'
import { useOutbox } from '../outbox/outbox.ts'
import { useMe } from '../session/session.ts'
import { dueTime } from '../ui/time/formats.ts'
import styles from './MessageReactions.module.css'
import { decideReactions, isMine, shownReactions, toggleReaction } from './reacting.ts'
import { t } from './strings.ts'

interface ReactionsProps {
  message: Message
  conversationId: string
  channel: Pick<Channel, 'name'> | undefined
  /** Whether reactions can be added and taken back. */
  isOpen: boolean
}

/** The reactions to a message, as chips below it: a press adds mine or takes it back. */
export function MessageReactions({ message, conversationId, channel, isOpen }: ReactionsProps) {
  const me = useMe()
  const reactions = shownReactions(message, useOutbox(), me)
  const change = message.changes.find(({ kind }) => kind === 'reaction')
  return (
    <>
      {reactions.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
        <div role="group" aria-label={t.reactions} className={styles.chips}>
          {reactions.map(({ emoji, people }) => {
            const isOn = isMine(people, me.id)
            const who = namesOf(people, me.id, channel?.name)
            return (
              <button
                key={emoji}
                type="button"
                className={styles.chip}
                aria-pressed={isOn}
                aria-disabled={!isOpen || undefined}
                aria-label={t.chip(emoji, people.length, who)}
                data-state={isOn ? change?.state : undefined}
                onClick={() => isOpen && toggleReaction(message, conversationId, emoji, !isOn)}
              >
                <span aria-hidden>{emoji}</span>
                {people.length > 1 && <span className={styles.count}>{people.length}</span>}
                <bdi aria-hidden className={styles.who}>
                  {who}
                </bdi>
              </button>
            )
          })}
        </div>
      )}
      {change?.error && <NotTaken messageId={message.id} change={change} />}
    </>
  )
}

/** Why the customer does not see what teammates reacted with, and what can be done. */
function NotTaken({ messageId, change }: { messageId: string; change: Message['changes'][number] }) {
  const { state, error, next_attempt_at, may_have_arrived } = change
  const why = error?.message ?? ''
  const isFailed = state === 'failed'
  return (
    <div className={`${lineStyles.line} ${styles.problem}`} data-tone={isFailed ? 'danger' : 'warning'} role="status">
      <span className={lineStyles.state}>
        <bdi>{isFailed ? t.failed(why) : t.delayed(dueTime(next_attempt_at ?? 0), why)}</bdi>
      </span>
      <span className={lineStyles.verbs}>
        {isFailed && (
          <button type="button" className={lineStyles.verb} onClick={() => decideReactions(messageId, 'retry')}>
            {t.retry}
          </button>
        )}
        {(isFailed || !may_have_arrived) && (
          <button type="button" className={lineStyles.verb} onClick={() => decideReactions(messageId, 'discard')}>
            {t.discard}
          </button>
        )}
      </span>
    </div>
  )
}

const mostNames = 20

function namesOf(people: Message['reactions'][number]['people'], myId: string, channel: string | undefined): string {
  const names = people
    .slice(0, mostNames)
    .map(({ id, type, name }) => (id === myId ? t.you : type === 'channel' ? t.ownApp(channel) : (name ?? '')))
  const others = people.length - names.length
  return [...names, ...(others > 0 ? [t.more(others)] : [])].join(', ')
}
