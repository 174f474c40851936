import type { ChannelServer, IncomingConversationStatus, IncomingReaction } from '@portico/channel'
import { externalIdOf, find, type Phone } from './phone.ts'

export interface NewReaction {
  channelId: string
  conversationId: string
  /** The message, as the page knows it. */
  messageId: string
  emojis: string[]
}

/** The customer reacts to a message, or takes it back: it is shown when the hub has stored it. */
export async function reactTo(phone: Phone, chat: ChannelServer, { channelId, ...reaction }: NewReaction) {
  const line = phone.line(channelId)
  const conversation = line?.conversations.find(({ id }) => id === reaction.conversationId)
  const message = conversation?.messages.find(({ id }) => id === reaction.messageId)
  if (!line || !conversation || !message) throw new Error('This message is not here any more.')
  const { emojis } = reaction
  const reported = chat.channel(channelId).reacted(
    {
      external_id: message.from === 'company' ? externalIdOf(message.id) : message.id,
      external_conversation_id: conversation.id,
      sender: conversation.customer,
      emojis,
      occurred_at: Date.now() / 1_000,
    },
    { signal: AbortSignal.timeout(10_000) },
  )
  await reported
  await phone.show(line, conversation, { ...message, reactions: { ...message.reactions, customer: emojis } })
}

/** The company reacted to a message. What comes late or twice changes nothing. */
export async function showReaction(phone: Phone, { channelId, payload, metadata }: IncomingReaction): Promise<void> {
  const { external_conversation_ids: ids, external_id: external, version } = metadata
  const [line, conversation] = find(phone, channelId, ids)
  const message = conversation?.messages.find(({ id }) => id === payload.id || id === external)
  if (!line || !conversation || !message || version <= (message.reactions?.version ?? 0)) return
  const reactions = { ...message.reactions, company: payload.emojis, version }
  await phone.show(line, conversation, { ...message, reactions })
}

/** Who looks after the conversation, and whether it is closed. */
export async function showStatus(phone: Phone, { channelId, payload, metadata }: IncomingConversationStatus) {
  const { external_conversation_ids: ids, version } = metadata
  const [line, conversation] = find(phone, channelId, ids)
  if (!line || !conversation || version <= (conversation.status?.version ?? 0)) return
  const assignee = payload.assignee?.first_name ?? null
  await phone.update(line, conversation, { status: { is: payload.status, assignee, version } })
}
