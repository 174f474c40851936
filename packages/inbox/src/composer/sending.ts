import { isStatus } from '../api/errors.ts'
import { queryClient } from '../api/query-client.ts'
import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import { changed } from '../conversations/change.ts'
import { knownConversation, showConversation } from '../conversations/queries.ts'
import { recipientName } from '../conversations/words.ts'
import { wroteSince } from '../conversations/wrote-since.ts'
import { sentUnseen, stopDelivery, wasSent } from '../deliveries/stop.ts'
import { editAsDraft, withdrawWords } from '../drafts/edit.ts'
import { showNewMessage } from '../messages/queries.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { type Item, items } from '../outbox/items.ts'
import { abandon, isAskedHere, type OutboxHandler, post, resend } from '../outbox/outbox.ts'
import { myId } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../ui/toasts/toasts.ts'

/** A reply on its way to the hub. */
export interface Sending extends Item {
  kind: 'reply'
  text: string
  archive: boolean
  /** The newest message of the thread when it was sent. */
  newestId: string | null
  /** The customer's message that had come last. */
  seenId: string | null
  /** The version of the draft that is sent; newer words of another screen stay. */
  draftVersion: number
  /** What sending it does to the conversation, the other way round. */
  reversal?: ConversationChange | undefined
  /** It was taken back before there was an answer: once the hub has it, it is stopped there. */
  isUnwanted?: boolean
  /** Archiving waited, and the customer wrote meanwhile: the conversation stays open. */
  staysOpen?: boolean
}

export type SendResult = { message: Message } | { error: Error } | { isAbandoned: true }

/** Unless it `isStored`, the words must stay where they were typed until there is a result. */
export function send(
  reply: Pick<
    Sending,
    'conversationId' | 'text' | 'archive' | 'newestId' | 'seenId' | 'draftVersion' | 'change' | 'reversal'
  >,
) {
  const { isStored, outcome } = post<Sending>({ kind: 'reply', ...reply })
  const result = outcome.then((one): SendResult => {
    if (!('answer' in one)) return one
    return one.answer ? { message: one.answer as Message } : { isAbandoned: true }
  })
  return { isStored, result }
}

export const replyHandler: OutboxHandler<Sending> = {
  async send(sending, signal) {
    try {
      return await (items.find(sending)?.isUnwanted ? withdraw(sending, signal) : reply(sending, signal))
    } catch (error) {
      // an earlier request may have made it, before the conversation left this teammate's inboxes
      const isUnseen = isStatus(error, 404) || isStatus(error, 403)
      if (isUnseen && (await findMade(sending, signal).catch(() => null)) !== null) throw sentUnseen()
      throw error
    }
  },
  done({ conversationId }, answer) {
    const message = answer as Message | null
    if (message) showNewMessage(queryClient, conversationId, message)
    if (!message || message.delivery?.state === 'cancelled') toast(s.composer.taken)
  },
  // what the hub refuses is a draft again; what it could not stop any more is none
  refused(sending, error) {
    const { conversationId, text } = sending
    if (wasSent(error)) withdrawWords({ conversationId }, text)
    else editAsDraft(conversationId, text)
    if (!isAskedHere(sending)) toast(refusalWords(error), { tone: 'danger' })
  },
}

async function reply(sending: Sending, signal: AbortSignal): Promise<Message> {
  const { key, conversationId, text, archive, draftVersion } = sending
  if (archive) await noteWhatCameLater(sending, signal)
  const body = { body: text, body_format: 'text' as const, options: { archive }, draft_version: draftVersion }
  const path = `/conversations/${conversationId}/messages` as const
  const message = (await request('POST', path, { body, idempotencyKey: key, representation: true, signal })).body
  if (items.find(sending)?.staysOpen)
    await request('PATCH', `/conversations/${conversationId}`, { body: { status: 'open' }, signal })
  if (!items.find(sending)?.isUnwanted) return message
  return { ...message, delivery: await stopDelivery(message.id, signal) }
}

/** A repeat must be the same request, so the conversation is opened again afterwards. */
async function noteWhatCameLater(sending: Sending, signal: AbortSignal): Promise<void> {
  const now = await wroteSince(sending, signal)
  if (!now) return
  items.alter(sending, { staysOpen: true, change: undefined })
  toast(s.done.wroteAgain(recipientName(now)))
}

/** The message that an earlier request had made, stopped; null where there was none, and there will be none. */
async function withdraw(sending: Sending, signal: AbortSignal): Promise<Message | null> {
  const id = await findMade(sending, signal)
  if (id === null) return null
  const delivery = await stopDelivery(id, signal)
  return { ...(await request('GET', `/messages/${id}`, { signal })).body, delivery }
}

/** The message that an earlier request had made; where there was none, there will be none. */
async function findMade({ key, conversationId }: Sending, signal: AbortSignal): Promise<string | null> {
  const path = `/conversations/${conversationId}/messages/withdraw` as const
  const options = { body: { idempotency_key: key }, signal }
  return (await request('POST', path, options)).body.message_id
}

/** What could not be stopped any more was sent. */
export function refusalWords(error: Error): string {
  return wasSent(error) ? error.message : `${s.composer.refused} ${error.message}`
}

/** The undo of a reply that has no answer yet. Nobody has one that never left. */
export function takeBackReply(sending: Sending): void {
  const now = items.find(sending)
  if (!now) return
  editAsDraft(now.conversationId, now.text)
  if (now.isTried) {
    items.alter(now, { isUnwanted: true, change: undefined })
    resend(now)
  } else abandon(now)
  const known = knownConversation(queryClient, now.conversationId)
  if (known && now.reversal) showConversation(queryClient, changed(known, now.reversal), myId(queryClient))
}

export const isReply = (item: Item): item is Sending => item.kind === 'reply'
