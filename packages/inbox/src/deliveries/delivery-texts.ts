import { hubNow } from '../api/clock.ts'
import type { Delivery, DeliveryState, Message } from '../api/types.ts'
import { s } from '../strings/strings.ts'
import { dueTime } from '../ui/time/formats.ts'

type Tone = 'quiet' | 'warning' | 'danger'

/** An action on a delivery. Each one except `edit` and `undo` is a route of the hub. */
export type DeliveryVerb = 'retry' | 'edit' | 'send_again' | 'mark_as_sent' | 'dismiss' | 'try_now' | 'cancel' | 'undo'

export interface DeliveryText {
  text: string
  tone: Tone
  verbs: DeliveryVerb[]
}

interface Viewer {
  /** Whether the viewer is the author, who alone may undo. */
  isMine?: boolean
  /** The name of the teammate who cancelled it, marked it as sent, or dismissed it. */
  decider?: string | undefined
}

/** The text and actions of a delivery, the same everywhere. `now` is the hub's time. */
export function deliveryText(
  delivery: Delivery,
  now = hubNow(),
  { isMine = true, decider }: Viewer = {},
): DeliveryText {
  if (isUndoable(delivery, now)) {
    const text = s.delivery.sendingIn(Math.ceil((delivery.undo_until ?? 0) - now))
    return { text, tone: 'quiet', verbs: isMine ? ['undo'] : [] }
  }
  const why = delivery.error?.message || s.delivery.unknownReason
  switch (delivery.state) {
    case 'queued':
      if (isHeld(delivery, now)) {
        const text = s.delivery.held(dueTime(delivery.held_until ?? 0, now))
        return { text, tone: 'warning', verbs: ['try_now', 'cancel'] }
      }
      return { text: s.delivery.sending, tone: 'quiet', verbs: [] }
    case 'sending':
      return { text: s.delivery.sending, tone: 'quiet', verbs: [] }
    case 'waiting': {
      const text = delivery.waits_for ? s.delivery.waiting : s.delivery.waitingForAnother
      return { text, tone: 'quiet', verbs: ['cancel'] }
    }
    case 'delayed':
      return { text: delayedText(delivery.next_attempt_at, why, now), tone: 'warning', verbs: ['try_now', 'cancel'] }
    case 'sent':
      return { text: sentText(delivery, decider), tone: 'quiet', verbs: [] }
    case 'not_confirmed': {
      const text = delivery.error?.message ? s.delivery.notConfirmedBecause(withStop(why)) : s.delivery.notConfirmed
      return { text, tone: 'warning', verbs: ['send_again', 'mark_as_sent'] }
    }
    case 'failed':
      if (delivery.is_dismissed)
        return { text: dismissedText(delivery, decider), tone: 'quiet', verbs: ['retry', 'edit'] }
      return { text: failureText(delivery), tone: 'danger', verbs: ['retry', 'edit', 'dismiss'] }
    case 'cancelled':
      return { text: cancelledText(delivery, decider), tone: 'quiet', verbs: ['edit'] }
  }
}

/** The delivery text of a message; null when there is none (inbound, or pushed by the channel without an error). */
export function messageDeliveryText(message: Message, now?: number, viewer?: Viewer): DeliveryText | null {
  const received = receivedText(message, now)
  if (received && (!message.delivery || message.delivery.state === 'sent')) {
    return { text: received, tone: 'quiet', verbs: [] }
  }
  if (message.delivery) return deliveryText(message.delivery, now, viewer)
  if (message.error_type && !message.is_inbound) {
    return { text: failedText(message.error_type, message.error_message ?? undefined), tone: 'danger', verbs: [] }
  }
  return null
}

/** How far it came to the customer, as its channel reported; null: nobody has said so. */
function receivedText({ is_inbound, delivered_at, seen_at }: Message, now = hubNow()): string | null {
  if (is_inbound) return null
  if (seen_at) return s.delivery.read(dueTime(seen_at, now))
  return delivered_at ? s.delivery.delivered(dueTime(delivered_at, now)) : null
}

const isHeld = ({ held_until }: Delivery, now: number) => held_until !== null && held_until > now

/** Whether the undo time is running, also while the message waits behind another. */
export function isUndoable(delivery: Delivery, now = hubNow()): boolean {
  const isUnsent = delivery.state === 'queued' || delivery.state === 'waiting'
  return isUnsent && delivery.undo_until !== null && delivery.undo_until > now
}

/** "Sent", or "Marked as sent" when a teammate decided without a confirmation. */
function sentText({ decided_by, decided_by_type }: Delivery, decider: string | undefined): string {
  if (decider) return s.delivery.markedAsSentBy(decider)
  return decided_by || decided_by_type ? s.delivery.markedAsSent : s.delivery.sent
}

function cancelledText({ error, may_have_arrived }: Delivery, decider: string | undefined): string {
  const fate = may_have_arrived ? s.delivery.mayHaveArrived : s.delivery.wasNotSent
  if (error?.code === 'channel_deleted') return s.delivery.cancelledWithChannel(fate)
  return decider ? s.delivery.cancelledBy(decider, fate) : s.delivery.cancelled(fate)
}

/** The last attempt failed; an earlier one may have arrived. */
function failureText({ error, may_have_arrived }: Delivery): string {
  const failure = failedText(error?.code, error?.message)
  return may_have_arrived ? s.delivery.failedAgain(failure) : failure
}

function dismissedText(delivery: Delivery, decider: string | undefined): string {
  const failure = failureText(delivery)
  return decider ? s.delivery.dismissedBy(failure, decider) : s.delivery.dismissed(failure)
}

/** The text without finished attempts. */
export function noAttemptText(state: DeliveryState): string {
  if (state === 'sending') return s.delivery.firstAttempt
  return state === 'cancelled' ? s.delivery.noAttempts : s.delivery.noAttemptsYet
}

/** Error codes with a message of Portico, which is not quoted like one of the channel. */
const ownCodes: ReadonlySet<string> = new Set([
  'dns_error',
  'connection_refused',
  'connect_timeout',
  'tls_error',
  'blocked_address',
  'loop',
  'no_sockets',
  'paused',
  'timeout',
  'connection_reset',
  'unreadable_answer',
  'interrupted',
  'service_unavailable',
  'unsendable',
  'internal',
  'redirect_not_followed',
  'message_too_large',
])

function failedText(code: string | undefined, why: string | undefined): string {
  if (!why) return s.delivery.failedPlain
  return code !== undefined && ownCodes.has(code) ? s.delivery.failedBecause(trimStop(why)) : s.delivery.failed(why)
}

function delayedText(nextAttemptAt: number | null, why: string, now: number): string {
  const reason = trimStop(why)
  if (nextAttemptAt === null || nextAttemptAt <= now) return s.delivery.delayedNow(reason)
  return s.delivery.delayed(dueTime(nextAttemptAt, now), reason)
}

const withStop = (message: string) => (/[.!?…。！？]$/.test(message) ? message : `${message}.`)

const trimStop = (message: string) => message.replace(/\.$/, '')
