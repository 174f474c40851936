import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { useActionContext } from '../actions/context.tsx'
import { hubNow } from '../api/clock.ts'
import type { Conversation, Message } from '../api/types.ts'
import { moveOn, wayBack } from '../conversations/actions.ts'
import { changed, statusOf } from '../conversations/change.ts'
import { knownConversation, rereadConversation, showConversation } from '../conversations/queries.ts'
import { takeBack } from '../deliveries/take-back.ts'
import { isUndoable } from '../deliveries/words.ts'
import { type DraftWords, emptyDraft } from '../drafts/draft-state.ts'
import { draftAt } from '../drafts/drafts.ts'
import { newestMessages } from '../messages/pages.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { s } from '../strings/strings.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { refusalWords, send as sendReply } from './sending.ts'

/** Sends at once and tells the truth afterwards: what the hub refuses comes back into the composer with its reason. */
export function useSend(conversation: Conversation, write: (draft: DraftWords) => void) {
  const queryClient = useQueryClient()
  const context = useActionContext()
  const [isHeld, hold] = useState(false)
  const isShown = useIsShown()
  const [problem, setProblem] = useState<string | null>(null)

  const send = (text: string, archive: boolean) => {
    setProblem(text.trim() ? null : s.composer.empty)
    if (!text.trim()) return
    const posted = post(text, archive)
    if (posted) follow(posted, archive)
  }

  const tell = (error: Error) => {
    const words = refusalWords(error)
    setProblem(words)
    if (!isShown.current) toast(words, { tone: 'danger' })
  }

  /** Puts it into the outbox; what fails before it is there leaves the words where they were typed. */
  const post = (text: string, archive: boolean) => {
    try {
      return postReply(text, archive)
    } catch (error) {
      tell(error as Error)
      return null
    }
  }

  const postReply = (text: string, archive: boolean) => {
    const newest = newestMessages(queryClient.getQueryData(timelineQuery(conversation.id).queryKey))?.[0]
    const before = statusOf(conversation)
    const after = archive ? 'archived' : 'open'
    const change: ConversationChange | undefined = before === after ? undefined : { does: 'put', status: after }
    const reversal: ConversationChange | undefined = change && { does: 'put', status: before }
    const sent = sendReply({
      ...{ conversationId: conversation.id, text, archive, change, reversal },
      newestId: newest?.id ?? null,
      seenId: (knownConversation(queryClient, conversation.id) ?? conversation).newest_inbound_id,
      draftVersion: draftAt({ conversationId: conversation.id }).shown().base.version,
    })
    return { ...sent, change, reversal }
  }

  const follow = ({ isStored, result, change, reversal }: ReturnType<typeof postReply>, archive: boolean) => {
    const here = { ...context, targets: [conversation] }
    const goBack = wayBack(here)
    void result.then((outcome) => {
      hold(false)
      if ('isAbandoned' in outcome) return
      if ('message' in outcome) {
        if (!isStored && outcome.message.delivery?.state !== 'cancelled') write(emptyDraft)
        return afterSent(outcome.message, reversal, goBack)
      }
      tell(outcome.error)
      if (change) void rereadConversation(queryClient, conversation.id, context.me.id)
    })
    // what is stored nowhere else stays where it was typed
    if (isStored) write(emptyDraft)
    else hold(true)
    if (archive) moveOn(here)
    if (change) show(change)
  }

  const show = (change: ConversationChange) => {
    const known = knownConversation(queryClient, conversation.id) ?? conversation
    showConversation(queryClient, changed(known, change), context.me.id)
  }

  const afterSent = (message: Message, reversal: ConversationChange | undefined, goBack: () => void) => {
    if (!message.delivery || !isUndoable(message.delivery)) return
    const undo = () => {
      takeBack(conversation.id, message, reversal)
      if (reversal) show(reversal)
      goBack()
    }
    const lastsMs = Math.max(1000, ((message.delivery.undo_until ?? 0) - hubNow()) * 1000)
    toast(s.composer.sending, { undo, lastsMs, about: message.id })
  }

  return { send, isHeld, problem, setProblem }
}

/** Whether the composer is still on the screen: its words and reasons are seen there, else in a toast. */
function useIsShown(): RefObject<boolean> {
  const isShown = useRef(false)
  useEffect(() => {
    isShown.current = true
    return () => {
      isShown.current = false
    }
  }, [])
  return isShown
}
