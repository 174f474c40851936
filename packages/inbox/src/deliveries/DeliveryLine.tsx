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
import { useEditAgain } from './edit-again.ts'
import { changeDelivery, deliveryQuery, showDelivery } from './queries.ts'
import { isTakingBack, takeBack } from './take-back.ts'
import { useDecider } from './useDecider.ts'
import { type DeliveryVerb, type DeliveryWords, isUndoable, messageWords } from './words.ts'

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

const takingBack: DeliveryWords = { text: s.delivery.takingBack, tone: 'quiet', verbs: [] }

/** The state of an outbound message, and what can be done about it. */
export function DeliveryLine({ message, conversationId }: { message: Message; conversationId: string }) {
  const now = useNow(message)
  useHeld(message, conversationId, message.delivery !== null && isUndoable(message.delivery, now))
  const me = useMe()
  const decider = useDecider(message, message.delivery)
  const isTaken = useOutbox().some((item) => isTakingBack(item) && item.messageId === message.id)
  const words = isTaken ? takingBack : messageWords(message, now, { isMine: message.author?.id === me.id, decider })
  const perform = useVerbs(message, conversationId)
  if (!words) return null
  return (
    <div className={styles.line} data-tone={words.tone}>
      {message.delivery ? (
        <DeliveryState message={message} words={words.text} />
      ) : (
        <span className={styles.state}>
          <bdi>{words.text}</bdi>
        </span>
      )}
      {words.verbs.length > 0 && (
        <span className={styles.verbs}>
          {words.verbs.map((verb) => (
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
    if (verb === 'undo') return takeBack(conversationId, message) === 'new' ? navigate({ to: '/new' }) : undefined
    await changeDelivery(queryClient, conversationId, message.id, verb)
  }
}

const hangsAfterMs = 2_000
const askAgainMs = 10_000

/** One that does not leave: nothing is heard when its channel begins or ends to be left alone, so it is asked for. */
function useHeld({ id, delivery }: Message, conversationId: string, isUndone: boolean): void {
  const queryClient = useQueryClient()
  const isQueued = delivery?.state === 'queued' && !isUndone
  useEffect(() => {
    if (!isQueued) return
    const ask = async () => {
      const heard = recentEvents.lastAbout(id)
      const now = await queryClient.fetchQuery(deliveryQuery(id)).catch(() => null)
      if (now && recentEvents.lastAbout(id) === heard) showDelivery(queryClient, conversationId, id, now)
      timer = setTimeout(ask, askAgainMs)
    }
    let timer = setTimeout(ask, hangsAfterMs)
    return () => clearTimeout(timer)
  }, [queryClient, id, conversationId, isQueued])
}

/** Ticks each second, only while the undo time runs. */
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
