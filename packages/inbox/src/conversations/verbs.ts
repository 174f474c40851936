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

/** Shows the change at once; it leaves in its turn, and what the hub refuses goes back to how it is there. */
function change(queryClient: QueryClient, conversation: Conversation, what: ConversationChange): Promise<Outcome> {
  const before = knownConversation(queryClient, conversation.id) ?? conversation
  const { outcome } = enqueue<WaitingChange>({
    kind: 'change',
    conversationId: before.id,
    change: what,
    seenId: before.newest_inbound_id,
  })
  showConversation(queryClient, changed(before, what), myId(queryClient))
  void outcome.then((one) => {
    if ('error' in one) void rereadConversation(queryClient, before.id, myId(queryClient))
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
    // read positions are few and often the last thing a page does; a browser lets no more than so many outlive it
    const keepalive = item.change.does === 'read'
    if (asked.method === 'PATCH') await request('PATCH', asked.path, { body: asked.body, signal })
    else await request('PUT', asked.path, { body: asked.body, signal, keepalive })
  },
  // to read follows from looking: nobody asked for it
  refused: ({ change: { does } }, error) => void (does !== 'read' && toast(error.message, { tone: 'danger' })),
}

const hides = (what: ConversationChange) => what.does === 'put' && what.status !== 'open'

/** Who archived hours ago, without a connection, had not seen what the customer wrote since. */
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
 * What was done; where it could not reach the hub yet, that too. Of what the hub refuses nothing is told but that, and Undo
 * reverts the rest.
 */
function tell(done: Done, made: Made[], revert: (conversation: Conversation) => void, goBack = stay): void {
  let standing = made.map(({ conversation }) => conversation)
  let waiting = isLive() ? 0 : made.length
  const text = () => (waiting > 0 ? s.done.waits(done(standing.length)) : done(standing.length))
  const undo = () => {
    for (const one of standing) revert(one)
    goBack()
  }
  const id = toast(text(), { undo })
  for (const { conversation, outcome } of made) {
    void outcome.then((one) => {
      waiting = Math.max(0, waiting - 1)
      if ('error' in one) standing = standing.filter((other) => other !== conversation)
      if (standing.length === 0) dismissToast(id)
      else rewordToast(id, text())
    })
  }
}

/** Undo brings each back to where it was, and `goBack` the teammate, when the action led away from there. */
const putting =
  (status: WrittenStatus, done: Done) =>
  (queryClient: QueryClient, conversations: Conversation[], goBack = stay): void => {
    const made = changeEach(queryClient, conversations, { does: 'put', status })
    tell(done, made, (one) => void change(queryClient, one, { does: 'put', status: statusOf(one) }), goBack)
  }

export const archive = putting('archived', s.done.archived)
export const reopen = putting('open', s.done.reopened)
export const trash = putting('deleted', s.done.trashed)
export const markSpam = putting('spam', s.done.markedSpam)
/** Takes back from the trash or from spam. */
export const restore = putting('open', s.done.restored)

export function assign(queryClient: QueryClient, conversations: Conversation[], assignee: Teammate | null): void {
  const made = changeEach(queryClient, conversations, { does: 'assign', assignee })
  const done = assignee ? s.done.assigned(nameOf(assignee)) : s.done.unassigned
  tell(
    () => done,
    made,
    (one) => void change(queryClient, one, { does: 'assign', assignee: one.assignee }),
  )
}

/** Sets a field that a feature added, of those that have it otherwise. Undo gives each back what it had. */
export function setField(
  queryClient: QueryClient,
  conversations: Conversation[],
  field: AddedField,
  value: Conversation[AddedField],
  done: string,
): void {
  const others = conversations.filter((one) => one[field] !== value)
  if (others.length === 0) return
  tell(
    () => done,
    changeEach(queryClient, others, { does: 'set', field, value }),
    (one) => void change(queryClient, one, { does: 'set', field, value: one[field] }),
  )
}

/** Marks as read up to the newest message that is shown. Quiet: it follows from looking. */
export function markRead(queryClient: QueryClient, conversation: Conversation): void {
  void change(queryClient, conversation, { does: 'read', upTo: conversation.newest_inbound_id ?? null })
}

/** Only what was read: the undo must not make the others so. */
export function markUnread(queryClient: QueryClient, conversations: Conversation[], goBack = stay): void {
  const read = conversations.filter(({ unread }) => !unread)
  tell(
    s.done.markedUnread,
    changeEach(queryClient, read, { does: 'unread' }),
    (one) => markRead(queryClient, one),
    goBack,
  )
}

const stay = () => {}
