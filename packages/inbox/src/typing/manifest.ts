import type { HubEvent, Message } from '../api/types.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { isGone } from '../stream/gone.ts'
import { setTyping } from './typers.ts'

/** Who wrote has stopped writing. */
function endWithMessage({ type, conversation, target }: HubEvent): void {
  if (type !== 'inbound' || !conversation || isGone(conversation)) return
  const message = target?.data as Message | null | undefined
  const sender = message?.recipients.find(({ role }) => role === 'from')
  if (sender) setTyping(conversation.id, sender, false)
}

export const typing: Manifest = {
  onEvent: (_queryClient, event) => endWithMessage(event),
  onNews(news) {
    if (news.kind === 'typing') setTyping(news.conversationId, news.sender, news.isTyping)
  },
}
