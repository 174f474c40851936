import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { hubNow } from '../api/clock.ts'
import type { Message } from '../api/types.ts'
import { useOutbox } from '../outbox/outbox.ts'
import { useMe } from '../session/session.ts'
import { recentEvents } from '../stream/recent-events.ts'
import { s } from '../strings/strings.ts'
import styles from './DeliveryLine.module.css'
import { DeliveryState } from './DeliveryState.tsx'
import { type DeliveryText, type DeliveryVerb, isUndoable, messageDeliveryText } from './delivery-texts.ts'
import { useEditAgain } from './edit-again.ts'
import { changeDelivery, deliveryQuery, showDelivery } from './queries.ts'
import { isUndoSend, undoSend } from './undo-send.ts'
import { useDecider } from './useDecider.ts'

const verbNames: Record<DeliveryVerb, string> = {
  retry: s.delivery.retry,
  edit: s.delivery.edit,
  send_again: s.delivery.sendAgain,
  mark_as_sent: s.delivery.markAsSent,
  dismiss: s.delivery.dismiss,
  try_now: s.delivery.tryNow,
  cancel: s.delivery.cancel,
  undo: s.delivery.undo,
}

const undoing: DeliveryText = { text: s.delivery.undoing, tone: 'quiet', verbs: [] }

interface DeliveryLineProps {
  message: Message
  conversationId: string
  /** A later message says as much: it is shown when it is pointed at or has the focus. */
  isOlder?: boolean | undefined
}

/** The delivery state of an outbound message, with its actions. */
export function DeliveryLine({ message, conversationId, isOlder = false }: DeliveryLineProps) {
  const now = useNow(message)
  usePollWhileQueued(message, conversationId, message.delivery !== null && isUndoable(message.delivery, now))
  const me = useMe()
  const decider = useDecider(message, message.delivery)
  const isUndone = useOutbox().some((item) => isUndoSend(item) && item.messageId === message.id)
  const status = isUndone
    ? undoing
    : messageDeliveryText(message, now, { isMine: message.author?.id === me.id, decider })
  const perform = useVerbs(message, conversationId)
  if (!status) return null
  return (
    <div className={styles.line} data-tone={status.tone} data-older={isOlder || undefined}>
      {message.delivery ? (
        <DeliveryState message={message} text={status.text} />
      ) : (
        <span className={styles.state}>
          <bdi>{status.text}</bdi>
        </span>
      )}
      {status.verbs.length > 0 && (
        <span className={styles.verbs}>
          {status.verbs.map((verb) => (
            <button key={verb} type="button" className={styles.verb} onClick={() => void perform(verb)}>
              {verbNames[verb]}
            </button>
          ))}
        </span>
      )}
    </div>
  )
}

function useVerbs(message: Message, conversationId: string) {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const edit = useEditAgain(conversationId)
  return async (verb: DeliveryVerb) => {
    if (verb === 'edit') return edit(message)
    if (verb === 'undo') return undoSend(conversationId, message) === 'new' ? navigate({ to: '/new' }) : undefined
    await changeDelivery(queryClient, conversationId, message.id, verb)
  }
}

const pollAfterMs = 2_000
const pollEveryMs = 10_000

/** Polls the delivery of a queued message: no event reports that its channel was paused or resumed. */
function usePollWhileQueued({ id, delivery }: Message, conversationId: string, isUndone: boolean): void {
  const queryClient = useQueryClient()
  const isQueued = delivery?.state === 'queued' && !isUndone
  useEffect(() => {
    if (!isQueued) return
    const poll = async () => {
      const lastEvent = recentEvents.lastAbout(id)
      const now = await queryClient.fetchQuery(deliveryQuery(id)).catch(() => null)
      if (now && recentEvents.lastAbout(id) === lastEvent) showDelivery(queryClient, conversationId, id, now)
      timer = setTimeout(poll, pollEveryMs)
    }
    let timer = setTimeout(poll, pollAfterMs)
    return () => clearTimeout(timer)
  }, [queryClient, id, conversationId, isQueued])
}

/** The current time, updated each second while the undo time runs. */
function useNow({ delivery }: Message): number {
  const [now, setNow] = useState(() => hubNow())
  const isRunning = delivery !== null && isUndoable(delivery, now)
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(hubNow()), 1000)
    return () => clearInterval(timer)
  }, [isRunning])
  return isRunning ? now : hubNow()
}
