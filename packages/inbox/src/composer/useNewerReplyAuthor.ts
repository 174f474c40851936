import { useInfiniteQuery } from '@tanstack/react-query'
import type { Message } from '../api/types.ts'
import { newestMessages } from '../messages/pages.ts'
import { ownStorage } from '../session/own-storage.ts'
import { useMe } from '../session/session.ts'
import { nameOf } from '../teammates/queries.ts'
import { timelineQuery } from '../timeline/queries.ts'

/** The colleague who replied since this text was begun, also while its author was elsewhere; or null. */
export function useNewerReplyAuthor(conversationId: string, text: string, isLoaded: boolean): string | null {
  const me = useMe()
  const { data: pages } = useInfiniteQuery({ ...timelineQuery(conversationId), enabled: false })
  const messages = newestMessages(pages)
  if (!text.trim() && isLoaded) begun.forget(conversationId)
  else if (text.trim() && messages) begun.note(conversationId, numberOf(messages[0]))
  const since = begun.at(conversationId)
  if (since === null) return null
  const reply = messages?.find((message) => isReply(message, me.id) && numberOf(message) > since)
  return reply?.author ? nameOf(reply.author) : null
}

/** Whether it is a colleague's reply that was not cancelled. */
function isReply({ author, is_inbound, delivery }: Message, myId: string): boolean {
  return !is_inbound && author !== null && author.id !== myId && delivery?.state !== 'cancelled'
}

const numberOf = (message: Message | undefined) =>
  message ? Number.parseInt(message.id.slice(message.id.indexOf('_') + 1), 36) : 0

/** The newest message when a text was begun; stored with the text, through other conversations and reloads. */
const begun = {
  known: new Map<string, number | null>(),

  at(conversationId: string): number | null {
    const known = begun.known.get(conversationId)
    if (known !== undefined) return known
    const stored = ownStorage.read<number>(`begun.${conversationId}`)
    begun.known.set(conversationId, stored)
    return stored
  },

  note(conversationId: string, newest: number): void {
    if (begun.at(conversationId) !== null) return
    begun.known.set(conversationId, newest)
    ownStorage.write(`begun.${conversationId}`, newest)
  },

  forget(conversationId: string): void {
    if (begun.at(conversationId) === null) return
    begun.known.set(conversationId, null)
    ownStorage.remove(`begun.${conversationId}`)
  },
}
