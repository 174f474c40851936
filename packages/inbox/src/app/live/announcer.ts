import type { HubEvent, Message } from '../../api/types.ts'
import { isGone } from '../../conversations/queries.ts'
import { recipientName } from '../../conversations/words.ts'
import { s } from '../../strings/strings.ts'

/** Tells screen readers, once and politely, that a customer wrote; what was told may be seen no more when access changes. */
export function announce(event: HubEvent): void {
  if (event.type === 'inbox' || (event.conversation && isGone(event.conversation))) say('')
  if (event.type !== 'inbound' || !event.conversation || isGone(event.conversation)) return
  const message = event.target?.data as Message | null | undefined
  say(s.live.newMessage(recipientName(event.conversation), message?.blurb ?? ''))
}

function say(sentence: string): void {
  const region = document.getElementById('announcer')
  if (region) region.textContent = sentence
}
