import type { QueryClient } from '@tanstack/react-query'
import { queryClient } from '../api/query-client.ts'
import { request } from '../api/request.ts'
import type { Message, Teammate } from '../api/types.ts'
import { type Item, items } from '../outbox/items.ts'
import { abandon, enqueue, type OutboxHandler } from '../outbox/outbox.ts'
import { meQuery } from '../session/session.ts'
import { nameOf } from '../teammates/queries.ts'
import { mapEntries } from '../timeline/pages.ts'
import { changeTimeline } from '../timeline/queries.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { noteUse } from './recent.ts'

type Reactions = Message['reactions']

/** A reaction that the hub has not answered yet. */
export interface WaitingReaction extends Item {
  kind: 'reaction'
  messageId: string
  emoji: string
  isOn: boolean
}

const isReaction = (item: Item): item is WaitingReaction => item.kind === 'reaction'

const waitingOf = (outbox: Item[], messageId: string): WaitingReaction[] =>
  outbox.filter(isReaction).filter((item) => item.messageId === messageId)

export const isMine = (people: Reactions[number]['people'], myId: string) => people.some(({ id }) => id === myId)

/** Adds my reaction, or takes it back. What was not sent yet is taken out of the queue instead. */
export function toggleReaction(message: Message, conversationId: string, emoji: string, isOn: boolean): void {
  if (isOn) noteUse(emoji)
  const waiting = waitingOf(items.ofQueue(conversationId), message.id).findLast((item) => item.emoji === emoji)
  if (waiting && !waiting.isTried) abandon(waiting)
  else enqueue<WaitingReaction>({ kind: 'reaction', conversationId, messageId: message.id, emoji, isOn })
}

/** The reactions to a message with my own changes that wait. */
export function shownReactions(message: Message, outbox: Item[], me: Teammate): Reactions {
  return waitingOf(outbox, message.id).reduce((shown, item) => withReaction(shown, item, me), message.reactions)
}

/** The reactions with mine, or without it; those that are so already stay as they are. */
function withReaction(
  reactions: Reactions,
  { emoji, isOn }: Pick<WaitingReaction, 'emoji' | 'isOn'>,
  me: Teammate,
): Reactions {
  const known = reactions.find((one) => one.emoji === emoji)
  if (isMine(known?.people ?? [], me.id) === isOn) return reactions
  const mine = { type: 'teammate' as const, id: me.id, name: nameOf(me) }
  if (!known) return [...reactions, { emoji, people: [mine] }]
  const people = isOn ? [...known.people, mine] : known.people.filter(({ id }) => id !== me.id)
  return reactions.map((one) => (one === known ? { emoji, people } : one)).filter((one) => one.people.length > 0)
}

/** Sends what teammates reacted with again, or gives it up. The event shows what came of it. */
export function decideReactions(messageId: string, verb: 'retry' | 'discard'): void {
  request('POST', `/messages/${messageId}/changes/reaction/${verb}`).catch(
    (error: Error) => void toast(error.message, { tone: 'danger' }),
  )
}

export const reactionHandler: OutboxHandler<WaitingReaction> = {
  async send({ messageId, emoji, isOn }, signal) {
    await request(isOn ? 'PUT' : 'DELETE', `/messages/${messageId}/reactions/${encodeURIComponent(emoji)}`, { signal })
  },
  // the event may come later than the answer
  done: (item) => keep(queryClient, item),
  refused: (_, error) => void toast(error.message, { tone: 'danger' }),
}

function keep(client: QueryClient, item: WaitingReaction): void {
  const me = client.getQueryData(meQuery.queryKey)
  if (!me) return
  changeTimeline(client, item.conversationId, (pages) =>
    mapEntries(pages, (entry) =>
      entry.kind === 'message' && entry.message.id === item.messageId
        ? { ...entry, message: { ...entry.message, reactions: withReaction(entry.message.reactions, item, me) } }
        : entry,
    ),
  )
}
