import type { QueryClient } from '@tanstack/react-query'
import type { Conversation, EventType, HubEvent, Message } from '../../api/types.ts'
import { channelsQuery, isInTrouble } from '../../channels/queries.ts'
import {
  forgetConversation,
  forgetOtherInboxes,
  isGone,
  knownConversation,
  rereadConversation,
  showConversation,
} from '../../conversations/queries.ts'
import { unreadQuery } from '../../conversations/unread.ts'
import { unreadAfter } from '../../conversations/unread-after.ts'
import { withWaiting } from '../../conversations/waiting.ts'
import { isUndoable } from '../../deliveries/words.ts'
import { hearOfReply } from '../../drafts/drafts.ts'
import { withLine } from '../../events/timeline-rows.ts'
import { forgetMessage, showHeard } from '../../messages/queries.ts'
import { inboxesQuery } from '../../session/inboxes.ts'
import { meQuery } from '../../session/session.ts'
import { changeTimeline } from '../../timeline/queries.ts'
import { dismissToastsAbout } from '../../ui/toasts/toasts.ts'

const changesCounts = new Set<EventType>([
  'inbound',
  'archive',
  'reopen',
  'assign',
  'unassign',
  'read',
  'inbox',
  'move',
  'trash',
  'restore',
  'conversation_deleted',
])

/** Brings everything that is cached up to an event of the stream. Applying one twice changes nothing. */
export function applyEvent(queryClient: QueryClient, event: HubEvent, myId: string): void {
  const { conversation, type } = event
  const isCounted = changesCounts.has(type) || changesUndelivered(queryClient, event)
  if (conversation && isGone(conversation)) forgetConversation(queryClient, conversation.id)
  else if (conversation) applyConversation(queryClient, conversation, event, myId)
  if (isCounted) recountSoon(queryClient)
  if (changesHealth(queryClient, event)) askChannelsSoon(queryClient)
  if (type === 'channel') followChannels(queryClient)
  if (type === 'inbox') void followInboxes(queryClient)
  if (type === 'teammate') void followTeammates(queryClient)
}

/** A type counts its channels. */
function followChannels(queryClient: QueryClient): void {
  for (const queryKey of [['channels'], ['channel-types']]) void queryClient.invalidateQueries({ queryKey })
}

/** Somebody got or lost an inbox: what is no longer ours goes from every screen. */
async function followInboxes(queryClient: QueryClient): Promise<void> {
  // an answer that was on its way may be from before
  await queryClient.refetchQueries({ queryKey: inboxesQuery.queryKey }, { cancelRefetch: true })
  const inboxes = queryClient.getQueryData(inboxesQuery.queryKey)
  if (inboxes) forgetOtherInboxes(queryClient, new Set(inboxes.map(({ id }) => id)))
  for (const queryKey of [['conversations'], ['channels'], ['inbox-teammates']]) {
    void queryClient.invalidateQueries({ queryKey })
  }
}

const forAdmins = [['api-tokens'], ['channel-types'], ['invitations'], ['channels'], ['inbox-teammates']]

async function followTeammates(queryClient: QueryClient): Promise<void> {
  void queryClient.invalidateQueries({ queryKey: ['teammates'] })
  const before = queryClient.getQueryData(meQuery.queryKey)
  await queryClient.refetchQueries({ queryKey: meQuery.queryKey }, { cancelRefetch: true })
  const me = queryClient.getQueryData(meQuery.queryKey)
  if (!before?.is_admin || me?.is_admin !== false) return
  for (const queryKey of forAdmins) void queryClient.resetQueries({ queryKey })
}

function isBy({ source }: HubEvent, myId: string): boolean {
  return source._meta.type === 'teammate' && (source.data as { id?: string } | null)?.id === myId
}

/** A conversation in an event is the same for every teammate; whether it is unread for this one follows from the rest. */
function applyConversation(queryClient: QueryClient, conversation: Conversation, event: HubEvent, myId: string): void {
  if (event.target?._meta.type === 'message' && event.target.data) {
    const message = event.target.data as Message
    showHeard(queryClient, conversation.id, message)
    if (message.delivery && !isUndoable(message.delivery)) dismissToastsAbout(message.id)
  }
  if (event.type === 'message_united') forgetMessage(queryClient, conversation.id, String(event.data?.message_id))
  if (event.type === 'out_reply' && isBy(event, myId)) hearOfReply(conversation.id)
  changeTimeline(queryClient, conversation.id, (pages) => withLine(pages, event))
  const unread = unreadAfter(event, knownConversation(queryClient, conversation.id)?.unread)
  if (unread === undefined) void rereadConversation(queryClient, conversation.id, myId)
  else showConversation(queryClient, withWaiting({ ...conversation, unread }), myId)
}

/** A delivery that ended badly, or one that went well while a channel was in trouble. */
function changesHealth(queryClient: QueryClient, { type, data }: HubEvent): boolean {
  if (type === 'sending_error' || data?.state === 'delayed') return true
  return type === 'delivery' && (queryClient.getQueryData(channelsQuery.queryKey)?.some(isInTrouble) ?? false)
}

/** Whether a conversation comes to those with what did not arrive, or leaves them. Of one that is not known here only the hub knows. */
function changesUndelivered(queryClient: QueryClient, { type, conversation }: HubEvent): boolean {
  if (type !== 'sending_error' && type !== 'delivery') return false
  if (!conversation || isGone(conversation)) return true
  const before = knownConversation(queryClient, conversation.id)
  if (before) return (before.undelivered === null) !== (conversation.undelivered === null)
  return conversation.undelivered !== null || (queryClient.getQueryData(unreadQuery.queryKey)?.undelivered ?? 0) > 0
}

let isAsking = false

/** A burst of results asks for the channels' health once. */
function askChannelsSoon(queryClient: QueryClient): void {
  if (isAsking) return
  isAsking = true
  setTimeout(() => {
    isAsking = false
    void queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey })
  }, 500)
}

let isRecounting = false

/** Counts are the hub's; a burst of events asks for them once. */
function recountSoon(queryClient: QueryClient): void {
  if (isRecounting) return
  isRecounting = true
  setTimeout(() => {
    isRecounting = false
    void queryClient.invalidateQueries({ queryKey: unreadQuery.queryKey })
  }, 250)
}
