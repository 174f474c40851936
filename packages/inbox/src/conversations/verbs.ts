import type { QueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/errors.ts'
import { request } from '../api/request.ts'
import type { Conversation, Teammate } from '../api/types.ts'
import type { AddedField, ConversationChange, WrittenStatus } from '../outbox/change.ts'
import { enqueue, type OutboxHandler, type Outcome } from '../outbox/outbox.ts'
import { myId } from '../session/session.ts'
import { isLive } from '../stream/status.ts'
import { s } from '../strings/strings.ts'
import { nameOf } from '../teammates/queries.ts'
import { dismissToast, rewordToast, toast } from '../ui/toasts/toasts.ts'
import { recountSoon } from '../views/unread.ts'
import { changed, requestFor, statusOf } from './change.ts'
import { knownConversation, rereadConversation, showConversation } from './queries.ts'
import { recipientName } from './recipient-name.ts'
import type { WaitingChange } from './waiting.ts'
import { wroteSince } from './wrote-since.ts'

/** Shows the change at once and queues it; a refused change is reverted to the hub's state. */
function change(queryClient: QueryClient, conversation: Conversation, what: ConversationChange): Promise<Outcome> {
  const before = knownConversation(queryClient, conversation.id) ?? conversation
  const { outcome } = enqueue<WaitingChange>({
    kind: 'change',
    conversationId: before.id,
    change: what,
    seenId: before.newest_inbound_id,
  })
  showConversation(queryClient, changed(before, what), myId(queryClient))
  void outcome.then((outcome) => {
    if ('error' in outcome) void rereadConversation(queryClient, before.id, myId(queryClient))
    recountSoon(queryClient)
  })
  return outcome
}

function changeEach(queryClient: QueryClient, conversations: Conversation[], what: ConversationChange): Made[] {
  return conversations.map((conversation) => ({ conversation, outcome: change(queryClient, conversation, what) }))
}

export const changeHandler: OutboxHandler<WaitingChange> = {
  async send(item, signal) {
    if (hides(item.change)) await refuseWhatCameLater(item, signal)
    const asked = requestFor(item.conversationId, item.change)
    // keepalive is limited by browsers; read positions are few and often the last request of a page
    const keepalive = item.change.does === 'read'
    if (asked.method === 'PATCH') await request('PATCH', asked.path, { body: asked.body, signal })
    else if (asked.method === 'POST') await request('POST', asked.path, { body: asked.body, signal })
    else if (asked.method === 'DELETE') await request('DELETE', asked.path, { body: asked.body, signal })
    else await request('PUT', asked.path, { body: asked.body, signal, keepalive })
  },
  // marking as read is automatic, so its errors are not shown
  refused: ({ change: { does } }, error) => void (does !== 'read' && toast(error.message, { tone: 'danger' })),
}

const hides = (what: ConversationChange) => what.does === 'put' && what.status !== 'open'

/** Refuses to hide a conversation in which the customer wrote after the change was queued. */
async function refuseWhatCameLater(item: WaitingChange, signal: AbortSignal): Promise<void> {
  const now = await wroteSince(item, signal)
  if (!now) return
  const message = s.done.wroteAgain(recipientName(now))
  throw new ApiError({ status: 409, code: 'wrote_again', message, details: [] })
}

interface Made {
  conversation: Conversation
  outcome: Promise<Outcome>
}

type Done = (count: number) => string

/**
 * Shows a toast of the change, and that it waits while the hub is not reached. Refused changes are left out, and Undo reverts the
 * others.
 */
function showToast(done: Done, made: Made[], revert: (conversation: Conversation) => void, goBack = stay): void {
  let standing = made.map(({ conversation }) => conversation)
  let waiting = isLive() ? 0 : made.length
  const text = () => (waiting > 0 ? s.done.waits(done(standing.length)) : done(standing.length))
  const undo = () => {
    for (const outcome of standing) revert(outcome)
    goBack()
  }
  const id = toast(text(), { undo })
  for (const { conversation, outcome } of made) {
    void outcome.then((outcome) => {
      waiting = Math.max(0, waiting - 1)
      if ('error' in outcome) standing = standing.filter((other) => other !== conversation)
      if (standing.length === 0) dismissToast(id)
      else rewordToast(id, text())
    })
  }
}

/** Makes an action that sets a status. Undo restores each status, and `goBack` returns the teammate to where they were. */
const putting =
  (status: WrittenStatus, done: Done) =>
  (queryClient: QueryClient, conversations: Conversation[], goBack = stay): void => {
    const made = changeEach(queryClient, conversations, { does: 'put', status })
    showToast(
      done,
      made,
      (outcome) => void change(queryClient, outcome, { does: 'put', status: statusOf(outcome) }),
      goBack,
    )
  }

export const archive = putting('archived', s.done.archived)
export const reopen = putting('open', s.done.reopened)
export const trash = putting('deleted', s.done.trashed)
export const markSpam = putting('spam', s.done.markedSpam)
/** Restores from the trash or from spam. */
export const restore = putting('open', s.done.restored)

export function assign(queryClient: QueryClient, conversations: Conversation[], assignee: Teammate | null): void {
  const made = changeEach(queryClient, conversations, { does: 'assign', assignee })
  const done = assignee ? s.done.assigned(nameOf(assignee)) : s.done.unassigned
  showToast(
    () => done,
    made,
    (outcome) => void change(queryClient, outcome, { does: 'assign', assignee: outcome.assignee }),
  )
}

/** Sets a field of a feature where it differs. Undo restores each previous value. */
export function setField(
  queryClient: QueryClient,
  conversations: Conversation[],
  field: AddedField,
  value: Conversation[AddedField],
  done: string,
): void {
  const others = conversations.filter((conversation) => conversation[field] !== value)
  if (others.length === 0) return
  showToast(
    () => done,
    changeEach(queryClient, others, { does: 'set', field, value }),
    (outcome) => void change(queryClient, outcome, { does: 'set', field, value: outcome[field] }),
  )
}

/** Makes a change of a feature of its own, with a toast. Undo makes the opposite change. */
export function changeWithUndo(
  queryClient: QueryClient,
  conversations: Conversation[],
  what: ConversationChange,
  opposite: ConversationChange,
  done: string,
): void {
  showToast(
    () => done,
    changeEach(queryClient, conversations, what),
    (outcome) => void change(queryClient, outcome, opposite),
  )
}

/** Marks as read up to the newest shown message, without a toast. */
export function markRead(queryClient: QueryClient, conversation: Conversation): void {
  void change(queryClient, conversation, { does: 'read', upTo: conversation.newest_inbound_id ?? null })
}

/** Marks only read conversations, so that Undo does not mark the others as read. */
export function markUnread(queryClient: QueryClient, conversations: Conversation[], goBack = stay): void {
  const read = conversations.filter(({ unread }) => !unread)
  showToast(
    s.done.markedUnread,
    changeEach(queryClient, read, { does: 'unread' }),
    (outcome) => markRead(queryClient, outcome),
    goBack,
  )
}

const stay = () => {}
