import type { ChannelServer } from '@portico/channel'
import { HubRefusal, HubUnavailable } from '@portico/channel'
import {
  type Conversation,
  type Customer,
  type CustomerMessage,
  externalIdOf,
  type Line,
  type Location,
  type Phone,
  type PhoneFile,
  type Press,
} from './phone.ts'

export interface NewMessage {
  /** The page makes it: a message that is posted again has the same id. */
  id: string
  channelId: string
  conversationId: string
  customer: Customer
  text: string
  files?: readonly File[]
  pressed?: Press | undefined
  location?: Location | undefined
}

/** Files of messages that are not in the inbox yet, by message. They are kept in memory alone. */
const unsent = new Map<string, readonly File[]>()

/** Sends a customer's message: it is shown as sending, pushed, and then shown as sent or failed. Resolves when it is stored here, before it is pushed. */
export async function sendMessage(
  phone: Phone,
  chat: ChannelServer,
  { id, channelId, ...newMessage }: NewMessage,
): Promise<void> {
  const line = phone.line(channelId)
  if (!line) throw new Error('This channel is not connected any more.')
  const conversation = phone.conversationFor(line, [newMessage.conversationId], newMessage.customer)
  conversation.customer = newMessage.customer
  const known = conversation.messages.find((message) => message.id === id)
  if (known && (known.from !== 'customer' || known.state !== 'failed')) return
  const names = known?.files ?? namesOf(id, newMessage.files)
  if (newMessage.text === '' && names.length === 0 && !newMessage.location) throw new Error('text is missing.')
  if (newMessage.files?.length) unsent.set(id, newMessage.files)
  const message: CustomerMessage = {
    id,
    from: 'customer',
    text: newMessage.text,
    ...(names.length > 0 && { files: names }),
    ...(newMessage.pressed && { pressed: newMessage.pressed }),
    ...(newMessage.location && { location: newMessage.location }),
    at: known?.at ?? Date.now(),
    state: 'sending',
  }
  await phone.show(line, conversation, message)
  void push(phone, chat, line, conversation, message)
}

function namesOf(id: string, files: readonly File[] = []): PhoneFile[] {
  return files.map(({ name, type }, at) => ({ id: `${id}-${at}`, name, type }))
}

/** Pushes the messages again that were being sent when the process ended. The hub stores each once. */
export function pushUnfinished(phone: Phone, chat: ChannelServer): void {
  for (const line of phone.state.lines)
    for (const conversation of line.conversations)
      for (const message of conversation.messages)
        if (message.from === 'customer' && message.state === 'sending')
          void push(phone, chat, line, conversation, message)
}

async function push(
  phone: Phone,
  chat: ChannelServer,
  line: Line,
  conversation: Conversation,
  message: CustomerMessage,
) {
  const { id, text, at } = message
  const files = unsent.get(id) ?? []
  if (message.files && files.length === 0) return lost(phone, line, conversation, message)
  const channel = chat.channel(line.channelId)
  const inbound = {
    sender: conversation.customer,
    body: text,
    metadata: { external_id: id, external_conversation_id: conversation.id, ...pressOf(message), ...placeOf(message) },
    delivered_at: Math.floor(at / 1_000),
  }
  const times = phone.state.misbehaviour === 'duplicate' ? 2 : 1
  try {
    await Promise.all(Array.from({ length: times }, () => channel.receive(inbound, { files })))
    unsent.delete(id)
    await phone.show(line, conversation, { ...message, state: 'sent' })
  } catch (error) {
    await phone.show(line, conversation, { ...message, state: 'failed', reason: reasonOf(error) })
  }
}

/** Says which button of which message it was, by the id that the hub was answered. */
function pressOf({ pressed }: CustomerMessage) {
  if (!pressed) return {}
  const { id, title, of } = pressed
  return { pressed_button: { id, title }, referenced_message_external_id: externalIdOf(of) }
}

const placeOf = ({ location }: CustomerMessage) => location && { location }

function lost(phone: Phone, line: Line, conversation: Conversation, message: CustomerMessage) {
  const reason = 'The sample channel was restarted and has its files no more. Attach them again in a new message.'
  return phone.show(line, conversation, { ...message, state: 'failed', reason })
}

function reasonOf(error: unknown): string {
  if (error instanceof HubRefusal) return `The hub refused it: ${error.message}`
  if (error instanceof HubUnavailable)
    return 'The hub does not answer. It may have arrived; trying again cannot double it.'
  console.error(error)
  return 'The sample channel failed.'
}
