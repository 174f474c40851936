import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useActionContext } from '../actions/context.tsx'
import { moveOn } from '../actions/registry.ts'
import type { Conversation, Message } from '../api/types.ts'
import { showConversation } from '../conversations/queries.ts'
import { changeDelivery } from '../deliveries/queries.ts'
import { isUndoable } from '../deliveries/words.ts'
import { threadQuery } from '../messages/queries.ts'
import { send as sendReply } from '../messages/sending.ts'
import { s } from '../strings/strings.ts'
import { toast } from '../toasts/toasts.ts'
import { type DraftWords, emptyDraft } from './drafts.ts'
import { editAsDraft } from './edit.ts'

/** Sends at once and tells the truth afterwards: what the hub refuses comes back into the composer with its reason. */
export function useSend(conversation: Conversation, write: (draft: DraftWords) => void) {
  const queryClient = useQueryClient()
  const context = useActionContext()
  const [isHeld, hold] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)

  const send = (text: string, archive: boolean) => {
    if (!text.trim()) return setProblem(s.composer.empty)
    const newest = queryClient.getQueryData(threadQuery(conversation.id).queryKey)?.pages[0]?.messages[0]
    const { isKept, result } = sendReply({
      conversationId: conversation.id,
      text,
      archive,
      newestId: newest?.id ?? null,
    })
    // what is kept nowhere else stays where it was typed
    if (isKept) write(emptyDraft)
    else hold(true)
    if (archive) {
      moveOn(context)
      showConversation(queryClient, { ...conversation, status: 'archived' }, context.me.id)
    }
    void result.then((outcome) => {
      hold(false)
      if ('message' in outcome) {
        if (!isKept) write(emptyDraft)
        return afterSent(outcome.message)
      }
      setProblem(`${s.composer.refused} ${outcome.error.message}`)
      if (archive) showConversation(queryClient, conversation, context.me.id)
    })
  }

  const afterSent = (message: Message) => {
    if (!message.delivery || !isUndoable(message.delivery)) return
    const undo = async () => {
      if (!(await changeDelivery(queryClient, conversation.id, message.id, 'cancel'))) return
      editAsDraft(queryClient, conversation.id, message.text)
      toast(s.composer.taken)
    }
    toast(s.composer.sending, { undo, lastsMs: Math.max(1000, (message.delivery.undo_until ?? 0) * 1000 - Date.now()) })
  }

  return { send, isHeld, problem, clearProblem: () => setProblem(null) }
}
