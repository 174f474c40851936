import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ChannelError,
  type ChannelServer,
  defineChannel,
  type IncomingAutoreply,
  type IncomingMessage,
  type IncomingTyping,
} from '@portico/channel'
import { showDeletion, showEdit } from './change.ts'
import {
  type CompanyMessage,
  type Conversation,
  type Customer,
  externalIdOf,
  type Line,
  type Phone,
  type PhoneFile,
} from './phone.ts'
import { showReaction, showStatus } from './react.ts'

export interface ChatSettings {
  hub: string
  uid: string
  secret: string
  /** The time that "hang" waits: 10 s by default. */
  hangMs?: number
}

/** The ways in which a request ends when the channel simulates a network fault. */
type Spoiling = '500' | 'close'

export interface Chat {
  channel: ChannelServer
  /** The way in which the answer to this request is to be spoiled, if it is. */
  spoilingOf(request: Request): Spoiling | undefined
}

/** The channel. Messages of the hub appear on the phone. */
export function defineChat(phone: Phone, { hub, uid, secret, hangMs = 10_000 }: ChatSettings): Chat {
  const spoiled = new WeakMap<Request, Spoiling>()
  // it may reach the hub before our answer does, and waits for it there
  const reportDelivered = (channelId: string, ids: { external_id: string; external_conversation_id: string }) =>
    channel
      .channel(channelId)
      .delivered(ids)
      .catch((error) => console.error('A delivery could not be reported.', error))
  const channel = defineChannel({
    id: uid,
    secret,
    hub,
    async onAuthorize({ channelId, credential }) {
      if (!credential?.startsWith('demo-token'))
        throw new ChannelError(
          'authentication_required',
          'The sample channel does not know this token. It takes any that begins with “demo-token”.',
        )
      await phone.connect(channelId)
    },
    async onMessage(message) {
      const { misbehaviour } = phone.state
      if (misbehaviour === 'error')
        throw new ChannelError('bad_request', 'The phone is switched off. Try again when the customer has charged it.')
      if (misbehaviour === '500') spoiled.set(message.request, '500')
      if (misbehaviour === '500') return
      const ids = await showMessage(phone, message)
      reportDelivered(message.channelId, ids)
      if (misbehaviour === 'close') spoiled.set(message.request, 'close')
      if (misbehaviour === 'hang') await sleep(hangMs, undefined, { ref: false })
      return ids
    },
    onAutoreply: (message) => showMessage(phone, message),
    onTyping({ channelId, payload, metadata }) {
      const author = payload.is_typing ? authorOf(payload) : null
      for (const id of metadata.external_conversation_ids) phone.showTyping(channelId, id, author)
    },
    onMessageEdited: (edited) => showEdit(phone, edited),
    onMessageDeleted: (deleted) => showDeletion(phone, deleted),
    onReaction: (reaction) => showReaction(phone, reaction),
    onConversationStatus: (status) => showStatus(phone, status),
    onDelete: ({ channelId }) => phone.disconnect(channelId),
  })
  return { channel, spoilingOf: (request) => spoiled.get(request) }
}

/** Shows what the company wrote, and returns our ids of it. A repeat has the same ids, and is not shown twice. */
async function showMessage(phone: Phone, { channelId, payload, metadata }: IncomingMessage | IncomingAutoreply) {
  const line = await phone.connect(channelId)
  const conversation = conversationOf(phone, line, payload.recipients, metadata.external_conversation_ids)
  const id = 'id' in payload ? payload.id : randomUUID()
  const files = filesOf(payload)
  const { buttons, location } = ('metadata' in payload && payload.metadata) || {}
  const message: CompanyMessage = {
    ...{ id, from: 'company', text: payload.text, at: Date.now(), author: authorOf(payload) },
    ...(files.length > 0 && { files }),
    ...(buttons && { buttons }),
    ...(location && { location }),
  }
  if (!conversation.messages.some((known) => known.id === id)) await phone.show(line, conversation, message)
  return { external_id: externalIdOf(id), external_conversation_id: conversation.id }
}

/** The conversation of a message; one that begins one goes to the newest conversation with its recipient, or to a new one. */
function conversationOf(
  phone: Phone,
  line: Line,
  recipients: IncomingMessage['payload']['recipients'],
  ids: string[],
): Conversation {
  const customer = customerIn(recipients)
  const [
    first = line.conversations.findLast((conversation) => conversation.customer.handle === customer.handle)?.id,
    ...more
  ] = ids
  return phone.conversationFor(line, [first ?? `chat-${randomUUID().slice(0, 8)}`, ...more], customer)
}

function customerIn(recipients: IncomingMessage['payload']['recipients']): Customer {
  const to = recipients.find(({ role }) => role === 'to')
  if (!to) throw new ChannelError('bad_request', 'The message names nobody it goes to.')
  return { handle: to.handle, name: to.name || to.handle }
}

/** The files stay at the hub: the page reads them through the channel. */
function filesOf({ attachments = [] }: (IncomingMessage | IncomingAutoreply)['payload']): PhoneFile[] {
  return attachments.map(({ id, filename, content_type, url }) => ({ id, name: filename, type: content_type, url }))
}

function authorOf(payload: (IncomingMessage | IncomingAutoreply | IncomingTyping)['payload']): string | null {
  const author = 'author' in payload ? payload.author : null
  return author && (`${author.first_name} ${author.last_name}`.trim() || author.email)
}
