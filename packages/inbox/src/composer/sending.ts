import { isStatus } from '../api/errors.ts'
import { queryClient } from '../api/query-client.ts'
import { request } from '../api/request.ts'
import type { Message } from '../api/types.ts'
import { uploadFilesOf } from '../attachments/reply-uploads.ts'
import { t } from '../attachments/strings.ts'
import { uploads } from '../attachments/uploads.ts'
import { attachmentsOf, stillToUpload, type WithFiles } from '../attachments/waiting-files.ts'
import type { DraftButton } from '../buttons/button.ts'
import { changed } from '../conversations/change.ts'
import { knownConversation, showConversation } from '../conversations/queries.ts'
import { recipientName } from '../conversations/recipient-name.ts'
import { wroteSince } from '../conversations/wrote-since.ts'
import { sentUnseen, stopDelivery, wasSent } from '../deliveries/stop.ts'
import { editAsDraft, removeFromDraft } from '../drafts/edit.ts'
import type { Location } from '../locations/location.ts'
import { keepChoice } from '../message-templates/choices.ts'
import type { ChosenTemplate } from '../message-templates/open-templates.ts'
import { showNewMessage } from '../messages/queries.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { type Item, items } from '../outbox/items.ts'
import { abandon, enqueue, isAwaitedInThisTab, type OutboxHandler, resend } from '../outbox/outbox.ts'
import { myId } from '../session/session.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../ui/toasts/toasts.ts'

/** A reply that the hub has not confirmed yet. Its files are absent where an older version of this page queued it. */
export interface Sending extends WithFiles {
  kind: 'reply'
  text: string
  buttons?: DraftButton[] | undefined
  location?: Location | null | undefined
  archive: boolean
  /** The template that is sent; the text is what it says. */
  template?: Pick<ChosenTemplate, 'id' | 'variables'> & Partial<Pick<ChosenTemplate, 'files'>>
  /** The newest message of the thread when it was sent. */
  newestId: string | null
  /** The newest message of the customer when it was sent. */
  seenId: string | null
  /** The version of the draft that is sent; newer text of another tab stays. */
  draftVersion: number
  /** The change that reverts what sending does to the conversation. */
  reversal?: ConversationChange | undefined
  /** The author undid it before the hub responded: it is stopped once the hub has it. */
  isUnwanted?: boolean
  /** The customer wrote while archiving waited: the conversation stays open. */
  staysOpen?: boolean
}

export type SendResult = { message: Message } | { error: Error } | { isAbandoned: true }

/** Puts a reply into the outbox. Unless it `isStored`, its text must stay in the composer until there is a result. */
export function send(
  reply: Pick<
    Sending,
    | 'conversationId'
    | 'text'
    | 'attachments'
    | 'uploads'
    | 'buttons'
    | 'location'
    | 'template'
    | 'archive'
    | 'newestId'
    | 'seenId'
    | 'draftVersion'
    | 'change'
    | 'reversal'
  >,
) {
  const { isStored, outcome } = enqueue<Sending>({ kind: 'reply', ...reply })
  const result = outcome.then((settled): SendResult => {
    if (!('answer' in settled)) return settled
    return settled.answer ? { message: settled.answer as Message } : { isAbandoned: true }
  })
  return { isStored, result }
}

export const replyHandler: OutboxHandler<Sending> = {
  async prepare(sending) {
    const state = await uploadFilesOf(sending)
    if (state === 'held') showHeld(sending)
    return state
  },
  async send(sending, signal) {
    try {
      return await (items.find(sending)?.isUnwanted ? withdraw(sending, signal) : reply(sending, signal))
    } catch (error) {
      // an earlier request may have sent it before the conversation left this teammate's inboxes
      const isUnseen = isStatus(error, 404) || isStatus(error, 403)
      if (isUnseen && (await findOrWithdraw(sending, signal).catch(() => null)) !== null) throw sentUnseen()
      throw error
    }
  },
  done({ conversationId }, answer) {
    const message = answer as Message | null
    if (message) showNewMessage(queryClient, conversationId, message)
    if (!message || message.delivery?.state === 'cancelled') toast(s.composer.undone)
  },
  // a refused reply becomes a draft again, unless the hub could not stop it any more
  refused(sending, error) {
    const { conversationId, template } = sending
    if (template) keepTemplate(sending)
    else if (wasSent(error)) removeFromDraft({ conversationId }, editable(sending))
    else editAsDraft(conversationId, editable(sending))
    if (!isAwaitedInThisTab(sending)) toast(refusalText(error), { tone: 'danger' })
  },
}

const editable = (sending: Sending) => ({
  ...{ text: sending.text, buttons: sending.buttons, location: sending.location },
  attachments: attachmentsOf(sending),
})

/** The replies that this page said of that they wait for their teammate. */
const heldReplies = new Set<string>()

/** A reply whose file was not uploaded does not leave: its conversation is as it was, and this is said once. */
function showHeld(sending: Sending): void {
  const { key, change, reversal, conversationId } = items.find(sending) ?? sending
  if (change) {
    items.alter(sending, { change: undefined })
    const known = knownConversation(queryClient, conversationId)
    if (known && reversal) showConversation(queryClient, changed(known, reversal), myId(queryClient))
  }
  if (heldReplies.has(key)) return
  heldReplies.add(key)
  const known = knownConversation(queryClient, conversationId)
  toast(t.replyHeld(known ? recipientName(known) : null), { tone: 'danger', lastsMs: 15_000 })
}

function contentOf(sending: Sending) {
  const { text, template, draftVersion, buttons = [], location } = sending
  if (template) return { template: { id: template.id, variables: template.variables } }
  const attachments = attachmentsOf(sending)
  const files = attachments.length > 0 && { attachment_ids: attachments.map(({ id }) => id) }
  return {
    ...{ body: text, body_format: 'text' as const, draft_version: draftVersion },
    ...files,
    ...(buttons.length > 0 && { buttons }),
    ...(location && { location }),
  }
}

async function reply(sending: Sending, signal: AbortSignal): Promise<Message> {
  const { archive, key, conversationId } = sending
  if (archive) await stayOpenAfterNewMessage(sending, signal)
  const body = { ...contentOf(sending), options: { archive } }
  const path = `/conversations/${conversationId}/messages` as const
  const message = (await request('POST', path, { body, idempotencyKey: key, representation: true, signal })).body
  if (items.find(sending)?.staysOpen)
    await request('PATCH', `/conversations/${conversationId}`, { body: { status: 'open' }, signal })
  if (!items.find(sending)?.isUnwanted) return message
  return { ...message, delivery: await stopDelivery(message.id, signal) }
}

/** Marks a reply whose conversation must stay open. A repeat must be the same request, so it is reopened afterwards. */
async function stayOpenAfterNewMessage(sending: Sending, signal: AbortSignal): Promise<void> {
  const now = await wroteSince(sending, signal)
  if (!now) return
  items.alter(sending, { staysOpen: true, change: undefined })
  toast(s.done.wroteAgain(recipientName(now)))
}

/** Stops the message of an earlier request; null when there was none, and none can follow. */
async function withdraw(sending: Sending, signal: AbortSignal): Promise<Message | null> {
  const id = await findOrWithdraw(sending, signal)
  if (id === null) return null
  const delivery = await stopDelivery(id, signal)
  return { ...(await request('GET', `/messages/${id}`, { signal })).body, delivery }
}

/** The id of the message of an earlier request; when there was none, the key is withdrawn, so none can follow. */
async function findOrWithdraw({ key, conversationId }: Sending, signal: AbortSignal): Promise<string | null> {
  const path = `/conversations/${conversationId}/messages/withdraw` as const
  const options = { body: { idempotency_key: key }, signal }
  return (await request('POST', path, options)).body.message_id
}

/** The chosen template and the typed values are offered again. */
function keepTemplate({ conversationId, template }: Sending): void {
  if (template) keepChoice(conversationId, { id: template.id, values: template.variables, files: template.files })
}

/** The error text for a reply: one that could not be stopped was sent. */
export function refusalText(error: Error): string {
  return wasSent(error) ? error.message : `${s.composer.refused} ${error.message}`
}

/** Undoes a reply without a response. One that was never requested is only removed. */
export function undoReply(sending: Sending): void {
  const now = items.find(sending)
  if (!now) return
  if (now.template) keepTemplate(now)
  else editAsDraft(now.conversationId, editable(now))
  if (now.isTried) {
    items.alter(now, { isUnwanted: true, change: undefined })
    resend(now)
  } else abandon(now)
  if (stillToUpload(now).length > 0) void uploads.resume({ conversationId: now.conversationId })
  const known = knownConversation(queryClient, now.conversationId)
  if (known && now.reversal) showConversation(queryClient, changed(known, now.reversal), myId(queryClient))
}

export const isReply = (item: Item): item is Sending => item.kind === 'reply'
