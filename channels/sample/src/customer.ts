import type { ChannelServer } from '@portico/channel'
import { HubRefusal, HubUnavailable } from '@portico/channel'
import type { Conversation, Customer, Line, Phone, SaidMessage } from './phone.ts'

export interface Saying {
  /** Made by the page: what it posts again is the same message. */
  id: string
  channelId: string
  conversationId: string
  customer: Customer
  text: string
}

/** The customer writes: shown as sending, pushed, and then shown as what became of it. Resolves when it is kept, not when it is sent. */
export async function say(phone: Phone, chat: ChannelServer, { id, channelId, ...saying }: Saying): Promise<void> {
  const line = phone.line(channelId)
  if (!line) throw new Error('This channel is not connected any more.')
  const conversation = phone.converse(line, [saying.conversationId], saying.customer)
  conversation.customer = saying.customer
  const known = conversation.messages.find((message) => message.id === id)
  if (known && (known.from !== 'customer' || known.state !== 'failed')) return
  const message: SaidMessage = {
    id,
    from: 'customer',
    text: saying.text,
    at: known?.at ?? Date.now(),
    state: 'sending',
  }
  await phone.show(line, conversation, message)
  void push(phone, chat, line, conversation, message)
}

/** Pushes again what was being sent when the process ended. The hub stores it once. */
export function pushUnfinished(phone: Phone, chat: ChannelServer): void {
  for (const line of phone.state.lines)
    for (const conversation of line.conversations)
      for (const message of conversation.messages)
        if (message.from === 'customer' && message.state === 'sending')
          void push(phone, chat, line, conversation, message)
}

async function push(phone: Phone, chat: ChannelServer, line: Line, conversation: Conversation, message: SaidMessage) {
  const { id, text, at } = message
  const channel = chat.channel(line.channelId)
  const inbound = {
    sender: conversation.customer,
    body: text,
    metadata: { external_id: id, external_conversation_id: conversation.id },
    delivered_at: Math.floor(at / 1_000),
  }
  const times = phone.state.misbehaviour === 'duplicate' ? 2 : 1
  try {
    await Promise.all(Array.from({ length: times }, () => channel.receive(inbound)))
    await phone.show(line, conversation, { id, from: 'customer', text, at, state: 'sent' })
  } catch (error) {
    await phone.show(line, conversation, { ...message, state: 'failed', reason: reasonOf(error) })
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof HubRefusal) return `The hub refused it: ${error.message}`
  if (error instanceof HubUnavailable)
    return 'The hub does not answer. It may have arrived; trying again cannot double it.'
  console.error(error)
  return 'The sample channel failed.'
}
