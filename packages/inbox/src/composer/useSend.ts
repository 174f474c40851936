import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { useActionContext } from '../actions/context.tsx'
import { hubNow } from '../api/clock.ts'
import type { Conversation, Message } from '../api/types.ts'
import { waitingFilesOf } from '../attachments/reply-uploads.ts'
import { finished, problemOfAll } from '../buttons/button.ts'
import { moveOn, wayBack } from '../conversations/actions.ts'
import { changed, statusOf } from '../conversations/change.ts'
import { knownConversation, rereadConversation, showConversation } from '../conversations/queries.ts'
import { isUndoable } from '../deliveries/delivery-texts.ts'
import { undoSend } from '../deliveries/undo-send.ts'
import { type DraftContent, emptyDraft, isEmpty } from '../drafts/draft-state.ts'
import { draftAt } from '../drafts/drafts.ts'
import { forgetChoice } from '../message-templates/choices.ts'
import type { ChosenTemplate } from '../message-templates/open-templates.ts'
import { newestMessages } from '../messages/pages.ts'
import type { ConversationChange } from '../outbox/change.ts'
import { s } from '../strings/strings.ts'
import { timelineQuery } from '../timeline/queries.ts'
import { toast } from '../ui/toasts/toasts.ts'
import { refusalText, type Sending, send as sendReply } from './sending.ts'

type Content = Pick<Sending, 'text' | 'attachments' | 'uploads' | 'buttons' | 'location' | 'template'>

/** Shows a reply as sent at once; when the hub refuses it, its text returns to the composer with the reason. */
export function useSend(conversation: Conversation, write: (draft: DraftContent) => void) {
  const queryClient = useQueryClient()
  const context = useActionContext()
  const [isLocked, setLocked] = useState(false)
  const isMounted = useIsMounted()
  const [problem, setProblem] = useState<string | null>(null)

  const send = (draft: DraftContent, archive: boolean) => {
    const uploads = waitingFilesOf({ conversationId: conversation.id })
    const { body: text, attachments, buttons, location } = draft
    const hasContent = !isEmpty(draft) || uploads.length > 0
    const problem = hasContent ? problemOfAll(buttons, text) : s.composer.empty
    setProblem(problem)
    if (problem) return
    const queued = enqueueReply({ text, attachments, uploads, buttons: finished(buttons), location }, archive)
    if (queued) showSending(queued, archive)
  }

  const sendTemplate = ({ id, variables, files, text }: ChosenTemplate) => {
    setProblem(null)
    const content = { text, attachments: Object.values(files), template: { id, variables, files } }
    const queued = enqueueReply(content, false)
    if (!queued) return
    forgetChoice(conversation.id)
    showSending(queued, false)
  }

  const showError = (error: Error) => {
    const message = refusalText(error)
    setProblem(message)
    if (!isMounted.current) toast(message, { tone: 'danger' })
  }

  /** Puts the reply into the outbox; when that fails, the text stays in the composer. */
  const enqueueReply = (content: Content, archive: boolean) => {
    try {
      return postReply(content, archive)
    } catch (error) {
      showError(error as Error)
      return null
    }
  }

  const postReply = (content: Content, archive: boolean) => {
    const newest = newestMessages(queryClient.getQueryData(timelineQuery(conversation.id).queryKey))?.[0]
    const before = statusOf(conversation)
    const after = archive ? 'archived' : 'open'
    const change: ConversationChange | undefined = before === after ? undefined : { does: 'put', status: after }
    const reversal: ConversationChange | undefined = change && { does: 'put', status: before }
    const sent = sendReply({
      ...{ ...content, conversationId: conversation.id, archive, change, reversal },
      newestId: newest?.id ?? null,
      seenId: (knownConversation(queryClient, conversation.id) ?? conversation).newest_inbound_id,
      draftVersion: draftAt({ conversationId: conversation.id }).shown().base.version,
    })
    return { ...sent, template: content.template, change, reversal }
  }

  const showSending = (
    { isStored, result, template, change, reversal }: ReturnType<typeof postReply>,
    archive: boolean,
  ) => {
    const here = { ...context, targets: [conversation] }
    const goBack = wayBack(here)
    void result.then((outcome) => {
      setLocked(false)
      if ('isAbandoned' in outcome) return
      if ('message' in outcome) {
        if (!isStored && !template && outcome.message.delivery?.state !== 'cancelled') write(emptyDraft)
        return afterSent(outcome.message, reversal, goBack)
      }
      showError(outcome.error)
      if (change) void rereadConversation(queryClient, conversation.id, context.me.id)
    })
    // a reply that is not stored stays in the composer until the hub has it
    if (!isStored) setLocked(true)
    else if (!template) write(emptyDraft)
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
      undoSend(conversation.id, message, reversal)
      if (reversal) show(reversal)
      goBack()
    }
    const lastsMs = Math.max(1000, ((message.delivery.undo_until ?? 0) - hubNow()) * 1000)
    toast(s.composer.sending, { undo, lastsMs, about: message.id })
  }

  return { send, sendTemplate, isLocked, problem, setProblem }
}

/** Whether the composer is still shown: errors appear there, otherwise in a toast. */
function useIsMounted(): RefObject<boolean> {
  const isMounted = useRef(false)
  useEffect(() => {
    isMounted.current = true
    return () => {
      isMounted.current = false
    }
  }, [])
  return isMounted
}
