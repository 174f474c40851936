import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Message } from '../api/types.ts'
import { editAsDraft } from '../drafts/edit.ts'
import { whenWanted } from '../shell/whenWanted.tsx'
import { s } from '../strings/strings.ts'
import { toast } from '../toasts/toasts.ts'
import styles from './DeliveryLine.module.css'
import { changeDelivery } from './queries.ts'
import { StateButton } from './StateButton.tsx'
import { type DeliveryVerb, isUndoable, messageWords } from './words.ts'

const DeliveryState = whenWanted(() => import('./DeliveryState.tsx'), StateButton)

const verbNames: Record<DeliveryVerb, string> = {
  retry: s.delivery.retry,
  edit: s.delivery.edit,
  send_again: s.delivery.sendAgain,
  mark_as_sent: s.delivery.markAsSent,
  try_now: s.delivery.tryNow,
  cancel: s.delivery.cancel,
  undo: s.delivery.undo,
}

/** The state of an outbound message, and what can be done about it. */
export function DeliveryLine({ message, conversationId }: { message: Message; conversationId: string }) {
  const now = useNow(message)
  const words = messageWords(message, now)
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
      {words.verbs.map((verb) => (
        <button key={verb} type="button" className={styles.verb} onClick={() => void perform(verb)}>
          {verbNames[verb]}
        </button>
      ))}
    </div>
  )
}

function useVerbs(message: Message, conversationId: string) {
  const queryClient = useQueryClient()
  return async (verb: DeliveryVerb) => {
    if (verb === 'edit') return editAsDraft(queryClient, conversationId, message.text)
    if (verb !== 'undo') return changeDelivery(queryClient, conversationId, message.id, verb)
    if (await changeDelivery(queryClient, conversationId, message.id, 'cancel')) {
      editAsDraft(queryClient, conversationId, message.text)
      toast(s.composer.taken)
    }
  }
}

/** Ticks each second, only while the undo time runs. */
function useNow({ delivery }: Message): number {
  const [now, setNow] = useState(() => Date.now() / 1000)
  const isRunning = delivery !== null && isUndoable(delivery, now)
  useEffect(() => {
    if (!isRunning) return
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000)
    return () => clearInterval(timer)
  }, [isRunning])
  return isRunning ? now : Date.now() / 1000
}
