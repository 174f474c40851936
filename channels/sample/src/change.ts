import type { ChannelServer, DeletedMessage, EditedMessage } from '@portico/channel'
import { ChannelError } from '@portico/channel'
import { type CompanyMessage, type Conversation, type CustomerMessage, find, type Line, type Phone } from './phone.ts'

export interface NewChange {
  channelId: string
  conversationId: string
  /** The message, as the page knows it. */
  messageId: string
  /** What it is to say; absent: it is removed. */
  text?: string
}

/** The customer edits or removes a message of theirs: it is shown when the hub has stored it. */
export async function changeMessage(
  phone: Phone,
  chat: ChannelServer,
  { channelId, messageId, text, ...at }: NewChange,
) {
  const [line, conversation] = find(phone, channelId, [at.conversationId])
  const message = conversation?.messages.find(({ id, from }) => id === messageId && from === 'customer')
  if (!line || !conversation || !message) throw new Error('This message is not here any more.')
  const reference = {
    external_id: message.id,
    external_conversation_id: conversation.id,
    occurred_at: Date.now() / 1_000,
  }
  const options = { signal: AbortSignal.timeout(10_000) }
  const channel = chat.channel(channelId)
  if (text === undefined) await channel.removed(reference, options)
  else await channel.edited({ ...reference, body: text }, options)
  await phone.show(
    line,
    conversation,
    text === undefined ? withoutWords(message) : { ...message, text, isEdited: true },
  )
}

/** The company edited a message. What comes late or twice changes nothing. */
export async function showEdit(phone: Phone, { payload, ...edited }: EditedMessage): Promise<void> {
  const [line, conversation, message] = changed(phone, payload.id, edited)
  const { version } = edited.metadata
  if (message.isRemoved || version <= (message.version ?? 0)) return
  await phone.show(line, conversation, { ...message, text: payload.text, isEdited: true, version })
}

/** The company removed a message. */
export async function showDeletion(phone: Phone, { payload, ...deleted }: DeletedMessage): Promise<void> {
  const [line, conversation, message] = changed(phone, payload.id, deleted)
  await phone.show(line, conversation, withoutWords(message))
}

function withoutWords({ files, ...message }: CustomerMessage | CompanyMessage): CustomerMessage | CompanyMessage {
  return { ...message, text: '', isRemoved: true }
}

type Changed = Pick<EditedMessage, 'channelId' | 'metadata'>

function changed(
  phone: Phone,
  id: string,
  { channelId, metadata }: Changed,
): [Line, Conversation, CustomerMessage | CompanyMessage] {
  const [line, conversation] = find(phone, channelId, metadata.external_conversation_ids)
  const message = conversation?.messages.find((known) => known.id === id)
  if (line && conversation && message) return [line, conversation, message]
  throw new ChannelError('not_found', 'The phone does not have this message any more.')
}
