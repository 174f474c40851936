import type {
  AuthorizationAnswer,
  AutoreplyPayload,
  ConversationReference,
  ConversationStatusRequest,
  ListAddressesAnswer,
  MessageAnswer,
  MessageChangeReference,
  MessageDeletedRequest,
  MessagePayload,
  ReactionRequest,
  TypingRequest,
} from '@portico/protocol/wire'
import type { Download } from './files.ts'

/**
 * The part of a request that every handler gets.
 *
 * @example
 * const tenantOf = ({ credential }: Incoming) => tenants.find(({ token }) => token === credential)
 */
export interface Incoming {
  /** The id of the channel, `cha_…`. */
  channelId: string
  /** The credential that the admin entered for the channel: the Bearer token of this request. */
  credential: string | null
  /** The verified request: its URL and headers. Its body has been read. */
  request: Request
}

/**
 * An admin adds a channel of your type.
 *
 * @example
 * async function onAuthorize({ channelId, credential }: Authorization) {
 *   if (!(await isKnown(credential))) throw new ChannelError('authentication_required', 'This token is not known here.')
 *   await store(channelId, credential)
 * }
 */
export interface Authorization extends Incoming {
  /** The address that the admin chose, for types that list addresses. */
  address: string | null
}

/**
 * A teammate's message, or one that you pushed and that is in the inbox now.
 *
 * @example
 * async function onMessage({ payload, metadata }: IncomingMessage) {
 *   const to = payload.recipients.find(({ role }) => role === 'to')
 *   const [conversation = to?.handle] = metadata.external_conversation_ids
 *   return { external_id: await sendSms(to?.handle, payload.text), external_conversation_id: conversation }
 * }
 */
export interface IncomingMessage extends Incoming {
  payload: MessagePayload
  metadata: ConversationReference
  /** Reads the bytes of one of `payload.attachments`, as they come. Needs the `hub` of the channel definition. */
  download: Download
}

/**
 * A message that was sent says something else now: `payload` is all of it. `metadata.external_id` is your id of it, `metadata.version`
 * grows with each edit. For channel types with the capability `edits`.
 *
 * @example
 * async function onMessageEdited({ payload, metadata }: EditedMessage) {
 *   await editSms(metadata.external_id, payload.text)
 * }
 */
export interface EditedMessage extends Incoming {
  payload: MessagePayload
  metadata: MessageChangeReference
  download: Download
}

/**
 * A message that was sent was removed. For channel types with the capability `deletions`.
 *
 * @example
 * const onMessageDeleted = ({ metadata }: DeletedMessage) => remove(metadata.external_id)
 */
export interface DeletedMessage extends Incoming {
  payload: MessageDeletedRequest['payload']
  metadata: MessageChangeReference
}

/**
 * A rule answered by itself: there is no id and no author.
 *
 * @example
 * const onAutoreply = async ({ payload }: IncomingAutoreply) => ({ external_id: await say(payload.text) })
 */
export interface IncomingAutoreply extends Incoming {
  payload: AutoreplyPayload
  metadata: ConversationReference
  download: Download
}

/**
 * A teammate writes a reply, or stopped. Show it for 6 seconds at most: it is said again while they write, and its end may be lost.
 * For channel types with the capability `typing`.
 *
 * @example
 * const onTyping = ({ payload, metadata }: IncomingTyping) => {
 *   const [conversation] = metadata.external_conversation_ids
 *   showTyping(conversation, payload.is_typing ? payload.author.first_name : null)
 * }
 */
export interface IncomingTyping extends Incoming {
  payload: TypingRequest['payload']
  metadata: ConversationReference
}

/**
 * All that the company has on a message now: the emojis, the newest last, and the teammate who changed them. A network that shows one
 * reaction shows the last. A `version` that is not greater than the last of this message is outdated.
 *
 * @example
 * async function onReaction({ payload, metadata }: IncomingReaction) {
 *   await setReaction(metadata.external_id, payload.emojis.at(-1) ?? null)
 * }
 */
export interface IncomingReaction extends Incoming {
  payload: ReactionRequest['payload']
  metadata: ReactionRequest['metadata']
}

/**
 * What holds of a conversation now: its status, and who looks after it. A `version` that is not greater than the last of this
 * conversation is outdated.
 *
 * @example
 * const onConversationStatus = ({ payload }: IncomingConversationStatus) => showAgent(payload.assignee?.first_name ?? null)
 */
export interface IncomingConversationStatus extends Incoming {
  payload: ConversationStatusRequest['payload']
  metadata: ConversationStatusRequest['metadata']
}

/**
 * The channel was deleted.
 *
 * @example
 * const onDelete = ({ channelId }: Deletion) => forget(channelId)
 */
export type Deletion = Incoming

/**
 * An admin has authorized your type, and chooses which address of the account becomes a channel. For OAuth types with shared
 * credentials that are registered with `wants_list_addresses`.
 *
 * @example
 * async function onListAddresses({ credential, pageToken }: AddressesRequest) {
 *   const { numbers, next } = await numbersOf(credential, pageToken)
 *   return { addresses: numbers.map((address) => ({ address })), pagination: { next_page_token: next } }
 * }
 */
export interface AddressesRequest extends Omit<Incoming, 'channelId'> {
  /** The `next_page_token` of the page before; null for the first page. */
  pageToken: string | null
}

// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing is fine
type Maybe<Answer> = Omit<Answer, 'type'> | undefined | void

/**
 * The functions that answer the hub's calls. Every handler may be async; the hub waits 7 seconds. Throw a ChannelError to say no.
 *
 * @example
 * const handlers: ChannelHandlers = {
 *   onAuthorize: ({ channelId }) => ({ webhook_url: `/front/${channelId}` }),
 *   onMessage: async ({ payload }) => ({ external_id: await deliver(payload.text) }),
 *   onDelete: ({ channelId }) => forget(channelId),
 * }
 */
export interface ChannelHandlers {
  /** May the channel be added? Return a `webhook_url`, absolute or relative, if the hub is to call another address from then on. */
  onAuthorize(authorization: Authorization): Maybe<AuthorizationAnswer> | Promise<Maybe<AuthorizationAnswer>>
  /** Bring a message to the customer, and return your ids of it. */
  onMessage(message: IncomingMessage): Maybe<MessageAnswer> | Promise<Maybe<MessageAnswer>>
  /** Forget the channel. */
  onDelete(deletion: Deletion): unknown
  /** A message that you pushed is in the inbox: now it has an id. */
  onImported?(message: IncomingMessage): unknown
  /** Change what a sent message says. Without this handler it is refused. */
  onMessageEdited?(message: EditedMessage): unknown
  /** Remove a sent message. Without this handler it is refused. */
  onMessageDeleted?(message: DeletedMessage): unknown
  /** The addresses of the account whose token came with the request. Without this handler the request is refused. */
  onListAddresses?(
    request: AddressesRequest,
  ): Omit<ListAddressesAnswer, 'type'> | Promise<Omit<ListAddressesAnswer, 'type'>>
  /** Show the company's reactions to a message. For types with the capability `reactions`; without this handler they are refused. */
  onReaction?(reaction: IncomingReaction): unknown
  /** For types with the capability `conversation_status`; without this handler it is refused. */
  onConversationStatus?(status: IncomingConversationStatus): unknown
  /** Bring an automatic reply to the customer. Without this handler they are refused. */
  onAutoreply?(message: IncomingAutoreply): Maybe<MessageAnswer> | Promise<Maybe<MessageAnswer>>
  /** Show the customer that a teammate writes. For channel types with the capability `typing`. */
  onTyping?(typing: IncomingTyping): unknown
}
